import { resolve } from 'node:path';
import { UsageError } from '../../errors.ts';
import { identitiesOf } from '../../files/same-file.ts';
import type { DetectedInput, UploadDeps, UploadSettings } from '../settings.ts';
import { Claims } from './claims.ts';
import { allInOne, eachItsOwn, type RejectTargets } from './reject-targets.ts';

/** Where rejected records will go, held for this run alone until `release`. */
export interface RejectPlan {
  readonly targets: RejectTargets;
  readonly claims: Claims;
}

/**
 * Chooses the rejects files of a run: never an input, nor the report, nor what another run is writing.
 * Throws UsageError where the user named such a file; a name of our own choice makes way for the next that is free.
 */
export async function planRejects(
  inputs: readonly DetectedInput[],
  { rejects, report }: UploadSettings,
  { cwd, journals }: Pick<UploadDeps, 'cwd' | 'journals'>,
): Promise<RejectPlan | undefined> {
  if (rejects === false) return undefined;
  const files = inputs.map(({ file }) => file);
  const claims = new Claims(journals);
  const inUse = await inUseOf(inputs, report === undefined ? undefined : resolve(cwd, report));
  const obstacle = async (path: string) => {
    const known = await identitiesOf(path);
    const use = known.map((identity) => inUse.get(identity)).find((found) => found !== undefined);
    if (use !== undefined || known.length === 0) return use;
    return (await claims.take(path)) ? undefined : 'written by another upload that is running';
  };
  try {
    if (rejects === undefined) {
      const isFree = async (path: string) => (await obstacle(path)) === undefined;
      return { claims, targets: await eachItsOwn(files, cwd, isFree) };
    }
    const path = resolve(cwd, rejects);
    const what = await obstacle(path);
    if (what === undefined) return { claims, targets: allInOne(files, path) };
    throw new UsageError(`--rejects names ${rejects}, which is ${what}.`, { hint: 'Name another file.' });
  } catch (error) {
    await claims.release();
    throw error;
  }
}

/** What the files of a run are to it, by each of their identities. */
async function inUseOf(
  inputs: readonly DetectedInput[],
  report: string | undefined,
): Promise<ReadonlyMap<string, string>> {
  const inUse = new Map<string, string>();
  if (report !== undefined)
    for (const identity of await identitiesOf(report)) inUse.set(identity, 'the report');
  for (const { ref } of inputs) {
    const known = ref.absolute === undefined ? [] : await identitiesOf(ref.absolute);
    for (const identity of known) inUse.set(identity, 'an input');
  }
  return inUse;
}
