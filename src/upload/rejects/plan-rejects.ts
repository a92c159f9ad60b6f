import { resolve } from 'node:path';
import { UsageError } from '../../errors.ts';
import { identitiesOf } from '../../files/same-file.ts';
import { createHasher } from '../../records/hash/hasher.ts';
import type { DetectedInput } from '../item.ts';
import type { UploadDeps, UploadSettings } from '../settings.ts';
import { FileLocks } from './file-locks.ts';
import { allInOne, oneForEach, type RejectTargets } from './reject-targets.ts';

/** Where rejected records go. The files are locked until `locks.release`. */
export interface RejectPlan {
  readonly targets: RejectTargets;
  /** Whether no run, including this one, uses a file. Locks it if so. */
  readonly isFree: (path: string) => Promise<boolean>;
  readonly locks: FileLocks;
}

/**
 * Chooses the rejects files of a run: never an input, the report, or a file that another run writes. Throws
 * UsageError if --rejects names such a file. Default names are numbered until one is free.
 */
export async function planRejects(
  inputs: readonly DetectedInput[],
  { rejects, report, safeCsv, columns, hashKey }: UploadSettings,
  { cwd, journals }: Pick<UploadDeps, 'cwd' | 'journals'>,
): Promise<RejectPlan | undefined> {
  if (rejects === false) return undefined;
  const files = inputs.map(({ file }) => file);
  const format = { safeCsv, marker: createHasher(columns, hashKey)?.marker };
  const locks = new FileLocks(journals);
  const roles = await rolesByIdentity(inputs, report === undefined ? undefined : resolve(cwd, report));
  const conflictOf = async (path: string) => {
    const identities = await identitiesOf(path);
    const role = identities.map((identity) => roles.get(identity)).find((found) => found !== undefined);
    if (role !== undefined || identities.length === 0) return role;
    return (await locks.acquire(path)) ? undefined : 'in use by another upload';
  };
  const isFree = async (path: string) => (await conflictOf(path)) === undefined;
  const planOf = (targets: RejectTargets): RejectPlan => {
    const own = new Set([...targets.values()].map(({ path }) => path));
    return { targets, locks, isFree: async (path) => !own.has(path) && (await isFree(path)) };
  };
  try {
    if (rejects === undefined) {
      return planOf(await oneForEach(files, { directory: cwd, ...format, isFree }));
    }
    const path = resolve(cwd, rejects);
    const conflict = await conflictOf(path);
    if (conflict === undefined) return planOf(allInOne(files, { path, ...format }));
    throw new UsageError(`--rejects names ${rejects}, which is ${conflict}.`, { hint: 'Name another file.' });
  } catch (error) {
    await locks.release();
    throw error;
  }
}

/** What each other file of the run is, by its identities. */
async function rolesByIdentity(
  inputs: readonly DetectedInput[],
  report: string | undefined,
): Promise<ReadonlyMap<string, string>> {
  const roles = new Map<string, string>();
  if (report !== undefined)
    for (const identity of await identitiesOf(report)) roles.set(identity, 'the report');
  for (const { ref } of inputs) {
    const identities = ref.absolute === undefined ? [] : await identitiesOf(ref.absolute);
    for (const identity of identities) roles.set(identity, 'an input');
  }
  return roles;
}
