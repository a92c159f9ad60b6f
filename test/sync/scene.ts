import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createSession, type Session } from '../../src/api/session.ts';
import type { UsersEndpoints } from '../../src/api/users.ts';
import { type Disk, systemDisk } from '../../src/files/disk.ts';
import { resolveInputs } from '../../src/input/resolve.ts';
import { parseFaultPlan } from '../../src/sandbox/faults/fault-plan.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/http/server.ts';
import type { SyncResult } from '../../src/sync/result.ts';
import { runSync } from '../../src/sync/run.ts';
import type { SyncSettings } from '../../src/sync/settings.ts';
import { readState } from '../../src/sync/state/state-file.ts';
import { stopSignals } from '../api/fake-server.ts';
import { type VirtualClock, virtualClock } from '../api/virtual-clock.ts';
import { settings as columnSettings } from '../records/given.ts';

/** An export: records in order, with repeated ids. */
export type Export = readonly (readonly [id: string, city: string])[];

export interface Kill {
  /** The run is killed at this request, from 1. */
  readonly at: number;
  /** Whether that request still reaches Miso. */
  readonly after: boolean;
}

export interface SyncWishes extends Partial<SyncSettings> {
  readonly kill?: Kill | undefined;
}

/** A killed process: nothing that it would do afterwards happens. */
export class Killed extends Error {}

/** Two sets, one Miso, and a clock that passes when everything waits for it. */
export async function syncScene(
  cwd: string,
  plan: { readonly faults?: readonly unknown[]; readonly delays?: Readonly<Record<string, number>> } = {},
) {
  const clock = virtualClock(() => 0.5);
  const faults = parseFaultPlan({ faults: [], ...plan });
  const sandbox = await startSandbox({ clock: () => clock.now(), faults });
  await mkdir(cwd, { recursive: true });
  const stateOf = (set: string) => join(cwd, `${set}.state`);
  return {
    ...{ clock, sandbox, stateOf },
    states: join(cwd, 'states'),
    sync: (set: string, records: Export, wishes: SyncWishes = {}) =>
      sync({ cwd, set, records, sandbox, clock, wishes, state: stateOf(set) }),
    loseState: async (set: string) => {
      await rm(stateOf(set), { force: true });
      await rm(`${stateOf(set)}.log`, { force: true });
    },
    saveState: (set: string) => copyFile(stateOf(set), `${stateOf(set)}.saved`).catch(() => {}),
    restoreState: (set: string) => copyFile(`${stateOf(set)}.saved`, stateOf(set)).catch(() => {}),
    /** The header of a state, unless there is none. */
    header: async (set: string) => {
      const state = await readState(stateOf(set));
      return typeof state === 'object' ? state.header : undefined;
    },
  };
}

interface OneSync {
  readonly cwd: string;
  readonly set: string;
  readonly state: string;
  readonly records: Export;
  readonly sandbox: Sandbox;
  readonly clock: VirtualClock;
  readonly wishes: SyncWishes;
}

async function sync({
  cwd,
  set,
  state,
  records,
  sandbox,
  clock,
  wishes,
}: OneSync): Promise<SyncResult | Killed> {
  const { kill, ...own } = wishes;
  await writeFile(
    join(cwd, `${set}.ndjson`),
    records.map(([user_id, city]) => `${JSON.stringify({ user_id, city })}\n`).join(''),
  );
  const session = createSession(
    {
      ...{ server: sandbox.url, apiKey: 'sandbox', timeoutMs: 20_000, userAgent: 'test' },
      ...{ retries: 1, concurrency: 4 },
    },
    clock,
  );
  const killer = killable(session, kill);
  const settings: SyncSettings = {
    ...{ set, state, anySet: false, full: false, remote: true, adoptKey: false, adopt: false, dryRun: false },
    ...{ shaping: {}, maxChanges: { percent: 100 }, maxStateAgeMs: 30 * 86_400_000, deletes: undefined },
    upload: {
      ...{ command: 'users sync', read: {}, columns: columnSettings(), server: sandbox.url, key: 'k' },
      ...{ recordsPerRequest: 3, bytesPerRequest: 1_048_576, retries: 1, dryRun: false, wait: true },
      ...{ rejects: false, safeCsv: false, maxRejects: undefined, allowRejects: undefined },
      ...{ minRecords: 0, resume: false },
    },
    ...own,
  };
  const deps = {
    ...{ clock, cwd, session: killer.session, disk: killer.disk, runId: 'r', events: {} },
    stop: stopSignals().stop,
    stdin: Readable.from([]),
    states: join(cwd, 'states'),
    salt: `${set.charCodeAt(0)}`.padEnd(32, '0'),
    resolveInputs: () => resolveInputs([`${set}.ndjson`], { stdin: Readable.from([]), cwd }),
    confirmDeletes: async () => true,
  };
  try {
    const result = await runSync(settings, deps);
    return killer.isKilled() ? new Killed() : result;
  } catch (error) {
    if (killer.isKilled()) return new Killed();
    throw error;
  }
}

/** A session and a disk of which nothing works anymore from one request on. */
function killable(session: Session, kill: Kill | undefined) {
  let requests = 0;
  let isKilled = false;
  const refuse = () => {
    if (isKilled) throw new Killed();
  };
  const users = new Proxy(session.users, {
    get(target, name: keyof UsersEndpoints) {
      const method = target[name] as (...args: unknown[]) => Promise<unknown>;
      return async (...args: unknown[]) => {
        refuse();
        requests++;
        if (requests !== kill?.at) return await method.apply(target, args);
        if (kill.after) await method.apply(target, args);
        isKilled = true;
        throw new Killed();
      };
    },
  });
  const disk = new Proxy(systemDisk, {
    get(target, name: keyof Disk) {
      return async (...args: never[]) => {
        refuse();
        const result = await (target[name] as (...all: never[]) => Promise<unknown>)(...args);
        return name === 'open' ? killableFile(result as object, refuse) : result;
      };
    },
  });
  return { session: { ...session, users }, disk, isKilled: () => isKilled };
}

/** Closing is what the system does for a process that was killed. */
function killableFile(handle: object, refuse: () => void): object {
  return new Proxy(handle, {
    get(target, name) {
      const value = Reflect.get(target, name) as unknown;
      if (typeof value !== 'function') return value;
      return async (...args: unknown[]) => {
        if (name !== 'close') refuse();
        return await (value as (...all: unknown[]) => unknown).apply(target, args);
      };
    },
  });
}
