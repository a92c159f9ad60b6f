import { untilAborted } from '../../../abort.ts';
import { requireIds, type UsersEndpoints } from '../../../api/users.ts';
import { exceeds, limitText } from '../../../contract/limit.ts';
import { UsageError } from '../../../errors.ts';
import { readIds, takesStdin } from '../../../ids/read-ids.ts';
import { escapeControls, pluralize } from '../../../text.ts';
import type { World } from '../../../world.ts';
import { canAsk, confirm } from '../../ask.ts';
import { idSource } from '../../id-source.ts';
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

/**
 * Throws UsageError if the users are more than --max-deletes allows, or the error of the request that counts
 * all users.
 */
export async function requireWithinLimit(
  ids: ReadonlySet<string>,
  { options, resolved, world, logger }: DeleteCommand,
  users: UsersEndpoints,
): Promise<void> {
  const { maxDeletes, dryRun } = resolved.settings;
  if (maxDeletes === undefined || ids.size === 0) return;
  const isPercent = 'percent' in maxDeletes;
  if (isPercent && dryRun) {
    logger.warning('A dry run sends nothing, so --max-deletes with a percentage is not checked.');
    return;
  }
  // The run that --resume continues may have deleted some of them.
  const before = options.resume ? ids.size : 0;
  const all = isPercent ? before + (await countUsers(users, world)) : ids.size;
  if (!exceeds(maxDeletes, ids.size, all)) return;
  const share = isPercent ? ` of ${pluralize(all, 'user')} at Miso` : '';
  throw new UsageError(
    `${pluralize(ids.size, 'user')} to delete, but --max-deletes is ${limitText(maxDeletes)}${share}; nothing was deleted.`,
  );
}

async function countUsers(users: UsersEndpoints, { stop }: World): Promise<number> {
  let count = 0;
  const collect = () => {
    count = 0;
    return (ids: readonly string[]) => {
      count += ids.length;
    };
  };
  return requireIds(await users.eachId(collect, { stop })) ? count : 0;
}

/** Whether the users may be deleted. Throws UsageError if the user would have to be asked and cannot. */
export async function isConfirmed(
  ids: ReadonlySet<string>,
  { options, resolved, world, logger }: DeleteCommand,
): Promise<boolean> {
  const { dryRun, yes, server, profile } = resolved.settings;
  const users = pluralize(ids.size, 'user');
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
