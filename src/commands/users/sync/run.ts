import type { Resolved } from '../../../config/resolve.ts';
import { UsageError } from '../../../errors.ts';
import { errorText } from '../../../report/text/error-text.ts';
import { styleFor } from '../../../report/text/style.ts';
import { wrapFor } from '../../../report/text/width.ts';
import type { SyncResult } from '../../../sync/result.ts';
import { runSync } from '../../../sync/run.ts';
import type { SyncSettings } from '../../../sync/settings.ts';
import type { World } from '../../../world.ts';
import { runCommand } from '../../run-command.ts';
import { sessionFor } from '../../session.ts';
import { syncsFolder } from '../changed-users.ts';
import type { DeleteFlags } from '../delete-flags.ts';
import {
  createInputResolver,
  createReporter,
  type FilesOptions,
  filesOf,
  finish,
  type InputResolver,
  uploadDeps,
} from '../upload/setup.ts';
import { confirmDeletes, refuseWithoutYes } from './confirm.ts';
import { checkOptions, deleteFiles, newSalt, type SyncOptions, syncSettings } from './options.ts';
import { printPreview } from './preview.ts';

/** `miso users sync` */
export function sync(options: SyncOptions, world: World): Promise<number> {
  const resolveInputs = createInputResolver(options, world);
  const inputFiles = filesOf(options, resolveInputs, world);
  const info = {
    command: 'users sync',
    files: async (settings: Parameters<typeof inputFiles>[0]) => [
      ...(await inputFiles(settings)),
      ...deleteFiles(options, world),
    ],
  };
  return runCommand(options, world, info, async (resolved) => {
    checkOptions(options, resolved);
    if (options.delete && options.plan === undefined) refuseWithoutYes(options, resolved, world);
    // `apply` takes the rest from the plan.
    const own = { ...options, ownFlags: options.plan === undefined ? ownFlags(options) : [] };
    return await syncWith(
      syncSettings(options, resolved, world),
      { options: own, resolved, resolveInputs },
      world,
    );
  });
}

interface SyncCommand {
  readonly options: FilesOptions & DeleteFlags & Pick<SyncOptions, 'resume' | 'plan'>;
  readonly resolved: Resolved;
  readonly resolveInputs: InputResolver;
}

/** Syncs, and reports the result. Resolves with the exit code. */
export async function syncWith(
  settings: SyncSettings,
  { options, resolved, resolveInputs }: SyncCommand,
  world: World,
): Promise<number> {
  const { color } = resolved.settings;
  const reporter = createReporter(options, resolved, world);
  const session = await sessionFor(resolved.settings, world, reporter.session);
  const states = syncsFolder(resolved);
  const result = await runSync(settings, {
    ...uploadDeps(resolved, world, { reporter, resolveInputs }),
    ...{ session, salt: newSalt(), resume: options.resume ?? false },
    ...(states === undefined ? {} : { states }),
    confirmDeletes: (ids) => confirmDeletes(ids, { options, resolved, world, reporter }),
  });
  const exitCode = await finish(result, { options, resolved, reporter }, world);
  if (!options.json) await printPreview(result, { session, color, world });
  await explainBlocked(result, color, world);
  return exitCode;
}

/** Says what to type when a guard stopped the deletes. */
async function explainBlocked(
  { blocked }: SyncResult,
  color: boolean | undefined,
  world: World,
): Promise<void> {
  if (!blocked) return;
  const { stderr } = world;
  const error = new UsageError(`No user was deleted: ${blocked.reason}.`, { hint: blocked.hint });
  await stderr.write(wrapFor(stderr, errorText(error, styleFor(stderr, world, color)))).catch(() => {});
}

/** The command-line form of the options that are not settings, for the suggested command. */
function ownFlags(options: SyncOptions): string[] {
  const { name, state, full, remote, backup, receipt, withInteractions, verify } = options;
  const named = { name, state, backup, receipt };
  const switches = { full, delete: options.delete, 'with-interactions': withInteractions, verify };
  return [
    ...Object.entries(named).flatMap(([flag, value]) => (value === undefined ? [] : [`--${flag}`, value])),
    ...Object.entries(switches).flatMap(([flag, on]) => (on ? [`--${flag}`] : [])),
    ...(remote ? [] : ['--no-remote']),
  ];
}
