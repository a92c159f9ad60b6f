import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UsageError } from '../errors.ts';
import { type Lock, lock } from '../files/lock.ts';
import { orOutputError, reasonOf } from '../files/write.ts';
import type { SyncDeps, SyncSettings } from './settings.ts';
import { moveStateOfOtherKey } from './state/adopt-state.ts';
import { KnownStates } from './state/known-states.ts';
import { type OpenedState, openState } from './state/open-state.ts';
import type { StateHeader } from './state/state-header.ts';
import { applyTouched, removeTouched, TouchedUsers } from './state/touched-users.ts';
import { userFlag } from './state/user-table.ts';

/**
 * The set of users that a sync works on: its locked state, and what other commands on this machine noted
 * about it.
 */
export class SyncSet {
  readonly opened: OpenedState;
  /** Users that earlier runs stored. */
  readonly stored: number;
  /** These, and users that an interrupted run may have stored: all that can be gone. */
  readonly own: number;
  readonly #lock: Lock;
  readonly #known: KnownStates | undefined;
  readonly #path: string;
  /** Notes of other commands that are applied. */
  readonly #finished: Set<string>;
  #touched: TouchedUsers | undefined;

  private constructor(opened: OpenedState, { path, held, known, finished }: SetParts) {
    this.opened = opened;
    const { users } = opened.state;
    this.stored = users.count(userFlag.stored);
    this.own = this.stored + users.count(userFlag.unsure, userFlag.stored);
    this.#path = path;
    this.#lock = held;
    this.#known = known;
    this.#finished = finished;
  }

  /** Throws UsageError when another sync of the set runs, or when the state cannot be used. */
  static async open(settings: SyncSettings, deps: SyncDeps): Promise<SyncSet> {
    const { state: path, set, upload, anySet, shaping, full, adoptKey, maxStateAgeMs } = settings;
    const { salt, clock, disk, states } = deps;
    const known = states === undefined ? undefined : new KnownStates(states);
    const held = await lockState(path);
    try {
      const { server, key } = upload;
      if (adoptKey) await moveStateOfOtherKey(known, path, { set, server, key });
      const opened = await openState({
        ...{ path, shaping, full, adoptKey, salt, disk, anySet },
        identity: { set, server: upload.server, key: upload.key },
        known: await known?.get(path),
        now: clock.now(),
        maxAgeMs: maxStateAgeMs,
      });
      const finished = new Set<string>();
      if (known) await applyTouched(known, { path, state: opened.state, finished });
      return new SyncSet(opened, { path, held, known, finished });
    } catch (error) {
      await held.release();
      throw error;
    }
  }

  /**
   * Must be called before the first request that changes something: the log is useless without the salt of
   * the state.
   */
  async begin({ time, shaping }: Pick<StateHeader, 'time' | 'shaping'>): Promise<void> {
    const { state, distrust } = this.opened;
    const { server, key } = state.header;
    if (state.header.users === 0 || distrust !== undefined)
      await this.#write({ time, shaping, ...(distrust === undefined ? {} : { distrust }) });
    if (this.#known)
      this.#touched = await TouchedUsers.open(this.#known.folder, { server, key, except: this.#path });
  }

  /** Tells the other sets that these users are about to change. */
  async touch(ids: readonly string[]): Promise<void> {
    await this.#touched?.add(ids);
  }

  /** Writes the state of a run that ended. */
  async write(changes: Partial<StateHeader> & Pick<StateHeader, 'time'>): Promise<void> {
    const { state } = this.opened;
    const finished = this.#finished;
    if (this.#known) await applyTouched(this.#known, { path: this.#path, state, finished });
    await this.#write(changes);
    await removeTouched(finished);
  }

  async close(): Promise<void> {
    await this.#touched?.close();
    await this.opened.state.close();
    await this.#lock.release();
  }

  /**
   * Other commands and sets on this machine must know the state from its first write: they note changes by
   * its salt.
   */
  async #write(changes: Partial<StateHeader> & Pick<StateHeader, 'time'>): Promise<void> {
    const path = this.#path;
    const { set, server, key, salt, serial, time } = await orOutputError(this.opened.state.write(changes), {
      name: `The state ${path}`,
      hint: 'The next sync sends more than it needs to. Free some space, or use --state to put the state elsewhere.',
    });
    await this.#known?.put({ path, set, server, key, salt, serial, time });
  }
}

interface SetParts {
  readonly path: string;
  readonly held: Lock;
  readonly known: KnownStates | undefined;
  readonly finished: Set<string>;
}

async function lockState(path: string): Promise<Lock> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    return await lock(`${path}.lock`, { what: 'Another sync of the same set is running' });
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`The state ${path} cannot be used: ${reasonOf(error)}.`, {
      hint: 'Use --state to put it into a folder that you can write to.',
    });
  }
}
