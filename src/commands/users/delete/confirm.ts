import { untilAborted } from '../../../abort.ts';
import { UsageError } from '../../../errors.ts';
import { readIds, takesStdin } from '../../../ids/read-ids.ts';
import { escapeControls, pluralize } from '../../../text.ts';
import { canAsk, confirm } from '../../ask.ts';
import { idSource } from '../../id-input.ts';
import type { DeleteCommand } from './options.ts';

/** Ids that the prompt shows. */
const maxShown = 5;

/** All ids, each once. */
export async function collectIds({ options, resolved, world, logger }: DeleteCommand): Promise<Set<string>> {
  const ids = new Set<string>();
  let count = 0;
  const source = readIds(idSource(options, resolved, world), logger.warning);
  for await (const some of untilAborted(source, world.stop.soft)) {
    count += some.length;
    for (const id of some) ids.add(id);
  }
  if (count > ids.size) logger.warning(`${pluralize(count - ids.size, 'duplicate id')} ignored.`);
  if (count === 0) logger.warning(`${takesStdin(options) ? '<stdin>' : options.from} contains no ids.`);
  return ids;
}

/** Whether the users may be deleted. Throws UsageError if they are too many, or if the user would have to be asked and cannot. */
export async function isConfirmed(
  ids: ReadonlySet<string>,
  { options, resolved, world, logger }: DeleteCommand,
): Promise<boolean> {
  const { maxDeletes, dryRun, yes, server, profile } = resolved.settings;
  const users = pluralize(ids.size, 'user');
  if (maxDeletes !== undefined && ids.size > maxDeletes) {
    throw new UsageError(`${users} to delete, but --max-deletes is ${maxDeletes}; nothing was sent.`);
  }
  if (yes || dryRun) return true;
  const from = `from ${server}${profile === undefined ? '' : ` (profile ${escapeControls(profile)})`}`;
  const interactions = options.withInteractions ? ' and their interactions' : '';
  if (!canAsk(world) || takesStdin(options)) {
    throw new UsageError(
      `Deleting ${users}${interactions} ${from} requires --yes in non-interactive mode; nothing was sent.`,
    );
  }
  if (ids.size === 0) return true;
  if (await confirm(`Delete ${users} (${shownIds(ids)})${interactions} ${from}?`, world)) return true;
  logger.line('Canceled. Nothing was deleted.');
  return false;
}

function shownIds(ids: ReadonlySet<string>): string {
  const shown = [...ids].slice(0, maxShown).map(escapeControls).join(', ');
  return ids.size > maxShown ? `${shown} and ${ids.size - maxShown} more` : shown;
}
