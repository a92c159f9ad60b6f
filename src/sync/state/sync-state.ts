import type { Disk } from '../../files/disk.ts';
import { orOutputError } from '../../files/write.ts';
import { equalFingerprints, type Fingerprint, toHex } from '../fingerprint/fingerprint.ts';
import { Fingerprints } from '../fingerprint/fingerprints.ts';
import { type LogEntry, logged, noRecord, RunLog } from './run-log.ts';
import { type State, writeState } from './state-file.ts';
import type { OpenTask, StateHeader } from './state-header.ts';
import { UnconfirmedUsers } from './unconfirmed.ts';
import { type Slot, type UserTable, userFlag } from './user-table.ts';

/** A record of a user, and the user. */
export interface UserRecordPrint {
  readonly id: Fingerprint;
  readonly record: Fingerprint;
}

/** The log of a state is beside it. */
export function logPathOf(path: string): string {
  return `${path}.log`;
}

/**
 * What is known of the users of a set during a run. Every change that may reach Miso is in the log before it
 * is made; what Miso confirmed is noted there, too, so that the next run can continue after a run that was
 * killed.
 */
export class SyncState {
  readonly users: UserTable;
  readonly fingerprints: Fingerprints;
  /** As it was read. */
  readonly header: StateHeader;
  readonly #path: string;
  readonly #disk: Disk | undefined;
  readonly #log: RunLog;
  readonly #unconfirmed = new UnconfirmedUsers();
  readonly #tasks = new Map<string, OpenTask>();
  /** The users in open tasks, in hexadecimal digits. */
  readonly #inTasks = new Set<string>();

  constructor({ header, users }: State, path: string, disk?: Disk) {
    this.header = header;
    this.users = users;
    this.fingerprints = new Fingerprints(header.salt);
    this.#path = path;
    this.#disk = disk;
    this.#log = new RunLog(logPathOf(path), { salt: header.salt, ...(disk ? { disk } : {}) });
    for (const task of header.tasks) this.addTask(task);
  }

  get tasks(): readonly OpenTask[] {
    return [...this.#tasks.values()];
  }

  /** A task did not finish in time, so the result of its records is unknown. */
  addTask(task: OpenTask): void {
    this.#tasks.set(task.id, task);
    for (const id of task.ids) this.#inTasks.add(id);
  }

  /** A task has finished. */
  removeTask({ id }: OpenTask): void {
    this.#tasks.delete(id);
    this.#inTasks.clear();
    for (const { ids } of this.#tasks.values()) for (const user of ids) this.#inTasks.add(user);
  }

  /** Applies what a killed run left behind. Returns whether there was anything. */
  async replayLog(): Promise<boolean> {
    let found = false;
    for await (const entry of this.#log.left()) {
      found = true;
      this.#apply(entry);
    }
    return found;
  }

  /** Whether this set has stored the user, or may have. */
  isOwn(slot: Slot): boolean {
    return this.users.has(slot, userFlag.stored) || this.users.has(slot, userFlag.unsure);
  }

  /** Whether this set may have stored this record of the user. */
  mayHaveSent(slot: Slot, record: Fingerprint): boolean {
    const { users } = this;
    if (users.has(slot, userFlag.stored) && equalFingerprints(users.record(slot), record)) return true;
    if (!users.has(slot, userFlag.unsure)) return false;
    return this.unconfirmed(users.id(slot)).records.some((one) => equalFingerprints(one, record));
  }

  unconfirmed(id: Fingerprint): ReturnType<UnconfirmedUsers['get']> {
    return this.#unconfirmed.get(id);
  }

  /** Resolves once it is on disk that these records may be at Miso. */
  async sending(records: readonly UserRecordPrint[]): Promise<void> {
    await this.#begin(records.map((one) => ({ what: logged.sending, ...one })));
  }

  /** Resolves once it is on disk that these users may be deleted. */
  async deleting(ids: readonly Fingerprint[]): Promise<void> {
    await this.#begin(ids.map((id) => ({ what: logged.deleting, id, record: noRecord })));
  }

  /** Miso has stored a record. A task that is open may still replace it. */
  stored(id: Fingerprint, record: Fingerprint): void {
    if (this.#inTasks.size > 0 && this.#inTasks.has(toHex(id))) return;
    this.#note({ what: logged.stored, id, record });
  }

  /** Removes a user from the set: it was deleted, or is in another set now. */
  forget(id: Fingerprint): void {
    this.#note({ what: logged.deleted, id, record: noRecord });
  }

  /** Another command changed the user: what Miso holds is not known. */
  touched(id: Fingerprint): void {
    this.#note({ what: logged.touched, id, record: noRecord });
  }

  /** Writes the state. The log then holds only what is still unconfirmed. */
  async write(changes: Partial<StateHeader> & Pick<StateHeader, 'time'>): Promise<StateHeader> {
    const { header, users, tasks } = this;
    const { blocked: _, distrust: __, ...kept } = header;
    const serial = header.serial + 1;
    const next = { ...kept, ...changes, serial, tasks, users: users.count(userFlag.stored) };
    await writeState(this.#path, { header: next, users }, this.#disk);
    await this.#log.replace(this.#unconfirmed.entries);
    return next;
  }

  /** Leaves the files as they are. */
  close(): Promise<void> {
    return this.#log.close();
  }

  async #begin(entries: readonly LogEntry[]): Promise<void> {
    for (const entry of entries) this.#apply(entry);
    await orOutputError(this.#log.add(entries), { name: `The log ${logPathOf(this.#path)}` });
  }

  #note(entry: LogEntry): void {
    this.#apply(entry);
    this.#log.note([entry]);
  }

  #apply({ what, id, record }: LogEntry): void {
    const { users } = this;
    if (what === logged.touched || what === logged.deleted) {
      const slot = users.find(id);
      if (slot === undefined || !this.isOwn(slot)) return;
      if (what === logged.touched) {
        users.set(slot, userFlag.unsure);
        this.#unconfirmed.touched(id);
      } else {
        users.clear(slot, userFlag.stored | userFlag.unsure);
        this.#unconfirmed.delete(id);
      }
      return;
    }
    const slot = users.insert(id);
    if (what === logged.stored) {
      users.setRecord(slot, record);
      users.set(slot, userFlag.stored);
      users.clear(slot, userFlag.unsure);
      this.#unconfirmed.delete(id);
      return;
    }
    users.set(slot, userFlag.unsure);
    if (what === logged.sending) this.#unconfirmed.sending(id, record);
    else this.#unconfirmed.deleting(id);
  }
}
