import { stat } from 'node:fs/promises';
import { KnownStates } from './state/known-states.ts';
import { eachStoredId } from './state/state-file.ts';
import type { BlockedDeletes } from './state/state-header.ts';

/** A set that was synced on this machine. */
export interface SetStatus {
  readonly set: string;
  readonly server: string;
  /** Path of the state file. */
  readonly state: string;
  /** ISO 8601: of the last sync. */
  readonly time: string;
  readonly users: number;
  readonly bytes: number;
  readonly openTasks: number;
  readonly blockedDeletes?: BlockedDeletes;
  /** Why the next sync will not rely on the state. */
  readonly problem?: string;
}

/** Reads the state of every set that was synced on this machine. */
export async function statusOfSets(folder: string): Promise<SetStatus[]> {
  const known = await new KnownStates(folder).list();
  const sets = await Promise.all(
    known.map(async ({ path: state, set, server, time, serial }): Promise<SetStatus> => {
      const bytes = (await stat(state).catch(() => undefined))?.size ?? 0;
      const header = await eachStoredId(state, () => () => {}).catch(() => 'damaged' as const);
      const base = { set, server, state, time, users: 0, bytes, openTasks: 0 };
      if (header === undefined) return { ...base, problem: 'missing' };
      if (header === 'other-version') return { ...base, problem: 'written by another version of miso' };
      if (header === 'damaged') return { ...base, problem: 'damaged' };
      const { users, tasks, blocked } = header;
      return {
        ...{ ...base, users, time: header.time, openTasks: tasks.length },
        ...(blocked ? { blockedDeletes: blocked } : {}),
        ...(header.serial < serial ? { problem: 'older than the last sync' } : {}),
      };
    }),
  );
  return sets.sort((a, b) => (a.time < b.time ? 1 : -1));
}
