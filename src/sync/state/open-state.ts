import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UsageError } from '../../errors.ts';
import type { Disk } from '../../files/disk.ts';
import { reasonOf } from '../../files/write.ts';
import { formatDuration, listOf } from '../../text.ts';
import { shapingDifferences } from '../shaping.ts';
import type { KnownState } from './known-states.ts';
import { readState, type State, type StateFault } from './state-file.ts';
import type { Shaping, StateHeader } from './state-header.ts';
import { SyncState } from './sync-state.ts';
import { UserTable } from './user-table.ts';

export interface OpenStateOptions {
  /** Absolute. */
  readonly path: string;
  readonly identity: Pick<StateHeader, 'set' | 'server' | 'key'>;
  /** --name was not given: the set of the file is meant. */
  readonly anySet: boolean;
  readonly shaping: Shaping;
  readonly known: KnownState | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly maxAgeMs: number;
  /** --full */
  readonly full: boolean;
  /** --adopt-state */
  readonly adoptKey: boolean;
  /** For a new state: 32 random hexadecimal digits. */
  readonly salt: string;
  readonly disk?: Disk | undefined;
}

export interface OpenedState {
  readonly state: SyncState;
  /** Why the state is not relied on: all records are sent, and nothing is deleted. */
  readonly distrust: string | undefined;
  /** Records were shaped by other settings, so that they cannot be compared. */
  readonly isReshaped: boolean;
  /** A run was killed before it wrote the state. */
  readonly wasInterrupted: boolean;
}

/** Reads the state of a set, with what a killed run left behind. Throws UsageError. */
export async function openState(options: OpenStateOptions): Promise<OpenedState> {
  const { path, known, identity, shaping, disk } = options;
  const found = await stateIn(path);
  const time = new Date(options.now).toISOString();
  if (typeof found !== 'object' || isForeign(found, options)) {
    const header: StateHeader = {
      ...{ version: 2, serial: known?.serial ?? 0, time, ...identity, shaping, salt: options.salt },
      ...{ users: 0, inputs: [], tasks: [] },
    };
    const distrust = found === undefined && known === undefined ? undefined : reasonFor(found, options);
    const state = new SyncState({ header, users: new UserTable() }, path, disk);
    return { state, distrust, isReshaped: false, wasInterrupted: false };
  }
  const differing = shapingDifferences(found.header.shaping, shaping);
  if (differing.length > 0 && !options.full) throw reshaped(differing, options);
  const header = {
    ...found.header,
    key: identity.key,
    serial: Math.max(found.header.serial, known?.serial ?? 0),
  };
  const state = new SyncState({ ...found, header }, path, disk);
  const wasInterrupted = await state.replayLog();
  const isReshaped = differing.length > 0;
  return { state, distrust: reasonFor(found, options), isReshaped, wasInterrupted };
}

async function stateIn(path: string): Promise<State | StateFault | undefined> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    return await readState(path);
  } catch (error) {
    throw new UsageError(`The state file ${path} cannot be read: ${reasonOf(error)}.`);
  }
}

function isForeign({ header }: State, { identity, anySet, adoptKey }: OpenStateOptions): boolean {
  return (
    header.server !== identity.server ||
    (header.set !== identity.set && !anySet) ||
    (header.key !== identity.key && !adoptKey)
  );
}

/** Why a state cannot be relied on. */
function reasonFor(found: State | StateFault | undefined, options: OpenStateOptions): string | undefined {
  const { path, known, now, maxAgeMs, identity } = options;
  if (found === undefined) return `The state ${path} is missing, although this set was synced before`;
  if (found === 'damaged') return `The state ${path} is damaged`;
  if (found === 'other-version') return `The state ${path} was written by another version of miso`;
  const { header } = found;
  if (header.server !== identity.server) return `The state ${path} belongs to ${header.server}`;
  if (isForeign(found, options)) {
    return header.key === identity.key
      ? `The state ${path} belongs to the set ${header.set}`
      : `The state ${path} belongs to another key (--adopt-state keeps it after a key rotation)`;
  }
  if (known && (known.serial > header.serial || known.salt !== header.salt))
    return `The state ${path} is older than the last sync of this set`;
  const age = now - Date.parse(header.time);
  if (!(age <= maxAgeMs)) return `The state ${path} is ${formatDuration(age)} old`;
  return header.distrust;
}

function reshaped(names: readonly string[], { path }: OpenStateOptions): UsageError {
  return new UsageError(
    `These settings differ from those of the last sync: ${listOf(names, 'and')}. Nothing was sent.`,
    {
      hint: `Use the same settings, or --full to send all records with the new ones. The state is ${path}.`,
    },
  );
}
