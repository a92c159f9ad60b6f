import type { Disk } from '../../files/disk.ts';
import { type Fingerprint, Fingerprints } from '../fingerprint.ts';
import { type LogEntry, logged, noRecord, RunLog } from './run-log.ts';
import { writeState } from './state-file.ts';
import type { OpenTask, StateHeader } from './state-header.ts';
import { type Slot, type UserTable, userFlag } from './user-table.ts';

/** Records that Miso may hold instead of the one in the state, of a user who is `unsure`. */
interface Unconfirmed {
  readonly id: Fingerprint;
  readonly records: readonly Fingerprint[];
  readonly isDeleting: boolean;
}

export interface StateFiles {
  readonly path: string;
  readonly disk?: Disk | undefined;
}

/** The log of a state is beside it. */
export function logPathOf(path: string): string {
  return `${path}.log`;
}

/**
 * What is known of the users of a set, during a run. Every change that may reach Miso is in the log before it is made;
 * what Miso confirmed is noted there, too, so that a run that is killed loses nothing.
 */
export class SyncState {
  readonly users: UserTable;
  readonly fingerprints: Fingerprints;
  /** As it was read. */
  readonly header: StateHeader;
  readonly #tasks = new Map<string, OpenTask>();
  /** The users in open tasks. */
  readonly #late = new Set<string>();
  readonly #path: string;
  readonly #disk: Disk | undefined;
  readonly #log: RunLog;
  readonly #unconfirmed = new Map<string, Unconfirmed>();

  constructor(
    { header, users }: { readonly header: StateHeader; readonly users: UserTable },
    files: StateFiles,
  ) {
    const { path, disk } = files;
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

  /** A task did not finish in time: what becomes of its users is not known. */
  addTask(task: OpenTask): void {
    this.#tasks.set(task.id, task);
    for (const id of task.ids) this.#late.add(id);
  }

  /** A task has finished. */
  removeTask({ id }: OpenTask): void {
    this.#tasks.delete(id);
    this.#late.clear();
    for (const task of this.#tasks.values()) for (const user of task.ids) this.#late.add(user);
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

  /** Users whom this set has stored, or may have. */
  isOwn(slot: Slot): boolean {
    return this.users.has(slot, userFlag.stored) || this.users.has(slot, userFlag.unsure);
  }

  /** Whether Miso holds this record of the user, as far as is known. */
  holds(slot: Slot, record: Fingerprint): boolean {
    const { users } = this;
    return (
      users.has(slot, userFlag.stored) &&
      !users.has(slot, userFlag.unsure) &&
      equal(users.record(slot), record)
    );
  }

  /** Whether this set may have stored this record of the user. */
  mayHaveSent(slot: Slot, record: Fingerprint): boolean {
    const { users } = this;
    if (users.has(slot, userFlag.stored) && equal(users.record(slot), record)) return true;
    return this.#unconfirmedOf(slot)?.records.some((one) => equal(one, record)) ?? false;
  }

  /** Resolves once it is on disk that these records may be at Miso. */
  async sending(
    records: readonly { readonly id: Fingerprint; readonly record: Fingerprint }[],
  ): Promise<void> {
    const entries = records.map((one) => ({ what: logged.sending, ...one }));
    for (const entry of entries) this.#apply(entry);
    await this.#log.add(entries);
  }

  /** Miso has stored a record. */
  stored(id: Fingerprint, record: Fingerprint): void {
    // A task that is open may replace the record.
    if (this.#late.size > 0 && this.#late.has(hexOf(id))) return;
    this.#note({ what: logged.stored, id, record });
  }

  async deleting(ids: readonly Fingerprint[]): Promise<void> {
    const entries = ids.map((id) => ({ what: logged.deleting, id, record: noRecord }));
    for (const entry of entries) this.#apply(entry);
    await this.#log.add(entries);
  }

  /** Miso does not have the user anymore. */
  deleted(id: Fingerprint): void {
    this.#note({ what: logged.deleted, id, record: noRecord });
  }

  /** Another command changed the user: what Miso holds is not known. */
  touched(id: Fingerprint): void {
    this.#note({ what: logged.touched, id, record: noRecord });
  }

  /** Whether a delete was sent whose result is not known. */
  isDeleting(slot: Slot): boolean {
    return this.#unconfirmedOf(slot)?.isDeleting ?? false;
  }

  /** The only record that Miso may hold besides the one in the state. */
  onlyUnconfirmed(id: Fingerprint): Fingerprint | undefined {
    const found = this.#unconfirmed.get(keyOf(id));
    return found?.records.length === 1 && !found.isDeleting ? found.records[0] : undefined;
  }

  /** Writes the state. The log then holds only what is still unconfirmed. */
  async write(changes: Partial<StateHeader>): Promise<StateHeader> {
    const { header, users, tasks } = this;
    const { blocked: _, ...kept } = header;
    const next = {
      ...kept,
      ...changes,
      serial: header.serial + 1,
      tasks,
      users: users.count(userFlag.stored),
    };
    await writeState(this.#path, { header: next, users }, this.#disk);
    await this.#log.replace([...this.#unconfirmed.values()].flatMap(entriesOf));
    return next;
  }

  /** Keeps the log as it is, for a run that does not write its state. */
  close(): Promise<void> {
    return this.#log.close();
  }

  #note(entry: LogEntry): void {
    this.#apply(entry);
    this.#log.note([entry]);
  }

  #apply({ what, id, record }: LogEntry): void {
    const { users } = this;
    const key = keyOf(id);
    if (what === logged.touched || what === logged.deleted) {
      const slot = users.find(id);
      if (slot === undefined || !this.isOwn(slot)) return;
      if (what === logged.touched) {
        users.set(slot, userFlag.unsure);
        if (!this.#unconfirmed.has(key)) this.#unconfirmed.set(key, { id, records: [], isDeleting: false });
        return;
      }
      users.clear(slot, userFlag.stored | userFlag.unsure);
      users.setGoneSince(slot, 0);
      this.#unconfirmed.delete(key);
      return;
    }
    const slot = users.insert(id);
    if (what === logged.stored) {
      users.setRecord(slot, record);
      users.set(slot, userFlag.stored);
      users.clear(slot, userFlag.unsure);
      this.#unconfirmed.delete(key);
      return;
    }
    const { records = [], isDeleting = false } = this.#unconfirmed.get(key) ?? {};
    users.set(slot, userFlag.unsure);
    this.#unconfirmed.set(key, {
      id,
      records: what === logged.sending ? [...records.filter((one) => !equal(one, record)), record] : records,
      isDeleting: isDeleting || what === logged.deleting,
    });
  }

  #unconfirmedOf(slot: Slot): Unconfirmed | undefined {
    const { users } = this;
    return users.has(slot, userFlag.unsure) ? this.#unconfirmed.get(keyOf(users.id(slot))) : undefined;
  }
}

function entriesOf({ id, records, isDeleting }: Unconfirmed): LogEntry[] {
  const entries: LogEntry[] = records.map((record) => ({ what: logged.sending, id, record }));
  if (isDeleting) entries.push({ what: logged.deleting, id, record: noRecord });
  return entries.length > 0 ? entries : [{ what: logged.touched, id, record: noRecord }];
}

function equal(a: Fingerprint, b: Fingerprint): boolean {
  return a.high === b.high && a.low === b.low;
}

function keyOf({ high, low }: Fingerprint): string {
  return `${high} ${low}`;
}

/** 16 hexadecimal digits. */
export function hexOf({ high, low }: Fingerprint): string {
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0');
}

export function fromHex(text: string): Fingerprint {
  return { high: Number.parseInt(text.slice(0, 8), 16), low: Number.parseInt(text.slice(8, 16), 16) };
}
