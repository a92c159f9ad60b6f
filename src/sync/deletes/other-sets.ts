import { exitCodes, StoppedError } from '../../errors.ts';
import type { Fingerprint } from '../fingerprint/fingerprint.ts';
import { Fingerprints } from '../fingerprint/fingerprints.ts';
import { type KnownState, KnownStates } from '../state/known-states.ts';
import { logged, RunLog } from '../state/run-log.ts';
import { eachStoredId } from '../state/state-file.ts';
import { logPathOf } from '../state/sync-state.ts';
import { UserTable } from '../state/user-table.ts';

export interface OtherSets extends Pick<KnownState, 'server' | 'key'> {
  /** The folder with the list of states that this machine wrote. */
  readonly folder: string | undefined;
  /** The state of this set. */
  readonly path: string;
}

/**
 * The ids that are in the state of another set of the same server and key. Throws StoppedError if one cannot
 * be read.
 */
export async function idsOfOtherSets(ids: readonly string[], sets: OtherSets): Promise<Set<string>> {
  const found = new Set<string>();
  if (sets.folder === undefined || ids.length === 0) return found;
  for (const known of await new KnownStates(sets.folder).ofServer(sets))
    if (known.path !== sets.path) for (const id of await idsInState(known.path, ids)) found.add(id);
  return found;
}

async function idsInState(path: string, ids: readonly string[]): Promise<string[]> {
  const wanted = new UserTable(ids.length);
  let fingerprints = new Fingerprints('');
  const isFound = 1;
  const mark = (id: Fingerprint) => {
    const slot = wanted.find(id);
    if (slot !== undefined) wanted.set(slot, isFound);
  };
  const header = await eachStoredId(path, ({ salt }) => {
    fingerprints = new Fingerprints(salt);
    for (const id of ids) wanted.insert(fingerprints.ofId(id));
    return mark;
  });
  if (header === undefined) return [];
  if (typeof header === 'string') {
    throw new StoppedError(
      `The state ${path} of another set cannot be read, so its users cannot be told from those who are gone.`,
      exitCodes.partial,
      { hint: 'Sync that set first, or delete the file if the set is not used anymore.' },
    );
  }
  for await (const { what, id } of new RunLog(logPathOf(path), { salt: header.salt }).left())
    if (what === logged.sending || what === logged.stored) mark(id);
  return ids.filter((id) => wanted.has(wanted.find(fingerprints.ofId(id))!, isFound));
}
