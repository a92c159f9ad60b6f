import type { Resolved } from '../../../config/resolve.ts';
import { UsageError } from '../../../errors.ts';
import type { UploadReporter } from '../../../report/progress/upload-reporter.ts';
import { escapeControls, pluralize } from '../../../text.ts';
import type { World } from '../../../world.ts';
import { canAsk, confirm } from '../../ask.ts';
import { readsStdin, type SyncOptions } from './options.ts';

/** Ids that the prompt shows. */
const maxShown = 5;

/** Before anything is sent: throws UsageError if deletes cannot be confirmed. */
export function refuseWithoutYes(
  options: Pick<SyncOptions, 'files'>,
  { settings }: Resolved,
  world: World,
): void {
  if (settings.yes || settings.dryRun || (canAsk(world) && !readsStdin(options))) return;
  throw new UsageError('--delete requires --yes in non-interactive mode; nothing was sent.');
}

interface SyncCommand {
  readonly options: Pick<SyncOptions, 'withInteractions'>;
  readonly resolved: Resolved;
  readonly world: World;
  readonly reporter: UploadReporter;
}

/** Asks whether users may be deleted, unless --yes was given. */
export async function confirmDeletes(
  ids: readonly string[],
  { options, resolved: { settings }, world, reporter }: SyncCommand,
): Promise<boolean> {
  if (settings.yes) return true;
  await reporter.stopProgress();
  const { server, profile } = settings;
  const from = `from ${server}${profile === undefined ? '' : ` (profile ${escapeControls(profile)})`}`;
  const shown = ids.slice(0, maxShown).map(escapeControls).join(', ');
  const more = ids.length > maxShown ? ` and ${ids.length - maxShown} more` : '';
  const interactions = options.withInteractions ? ' and their interactions' : '';
  const question = `Delete ${pluralize(ids.length, 'user')} who ${ids.length === 1 ? 'is' : 'are'} gone (${shown}${more})${interactions} ${from}?`;
  if (await confirm(question, world)) return true;
  reporter.warning('Canceled. No user was deleted.');
  return false;
}
