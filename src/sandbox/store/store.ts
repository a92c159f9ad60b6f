import { isObject } from '../../contract/json.ts';
import { type Accepted, typesOf } from '../upload-check.ts';
import type { AttributeType, AttributeTypes } from './attribute-types.ts';
import { type DataFile, openDataFile } from './data-file.ts';
import { IdList } from './id-list.ts';

/** A user record as Miso returns it. */
export type StoredUser = Record<string, unknown>;

/** The users that the sandbox holds, read-only. */
export interface Users {
  readonly size: number;
  /** A new copy each time. */
  get(id: string): StoredUser | undefined;
  has(id: string): boolean;
  /** All ids, in the order in which they were first stored. */
  ids(): string[];
  entries(): IterableIterator<[id: string, user: StoredUser]>;
}

/**
 * The data set: users as JSON text by id, and the types of their custom attributes. Types remain when users
 * are replaced or deleted, as in the mapping of a search index.
 */
export class Store implements Users {
  readonly #users = new Map<string, string>();
  readonly #types = new Map<string, AttributeType>();
  #exists = false;
  #file: DataFile | undefined;
  readonly #clock: () => number;
  readonly #list: IdList | undefined;

  /** `idsDelay`: milliseconds by which `_ids` lags behind. */
  constructor({ clock = Date.now, idsDelay = 0 }: { clock?: () => number; idsDelay?: number } = {}) {
    this.#clock = clock;
    this.#list = idsDelay > 0 ? new IdList(idsDelay) : undefined;
  }

  /** Whether a record was ever stored; before that, the data set does not exist. */
  get exists(): boolean {
    return this.#exists;
  }

  get size(): number {
    return this.#users.size;
  }

  get types(): AttributeTypes {
    return this.#types;
  }

  /** Why the data file can no longer be written. */
  get failure(): Error | undefined {
    return this.#file?.failure;
  }

  get(id: string): StoredUser | undefined {
    const json = this.#users.get(id);
    return json === undefined ? undefined : (JSON.parse(json) as StoredUser);
  }

  has(id: string): boolean {
    return this.#users.has(id);
  }

  /** The record of an id as JSON text. */
  json(id: string): string | undefined {
    return this.#users.get(id);
  }

  ids(): string[] {
    return [...this.#users.keys()];
  }

  /** The ids that `_ids` lists now. */
  listedIds(): string[] {
    return this.#list?.at(this.#clock()) ?? this.ids();
  }

  *entries(): IterableIterator<[id: string, user: StoredUser]> {
    for (const [id, json] of this.#users) yield [id, JSON.parse(json) as StoredUser];
  }

  /** Records the types of attributes that no record had before. */
  learn(types: ReadonlyMap<string, AttributeType>): void {
    for (const [name, type] of types) this.#types.set(name, type);
  }

  /** Stores records; each replaces the record of its id. */
  put(records: readonly Accepted[]): void {
    for (const { id, json } of records) this.#users.set(id, json);
    if (records.length > 0) this.#exists = true;
    this.#list?.change(
      records.map(({ id }) => id),
      true,
      this.#clock(),
    );
    this.#file?.append(records.map(({ json }) => `{"put":${json}}\n`).join(''));
  }

  /** Deletes users. */
  delete(ids: readonly string[]): void {
    const deleted = ids.filter((id) => this.#users.delete(id));
    this.#list?.change(deleted, false, this.#clock());
    this.#file?.append(deleted.map((id) => `{"delete":${JSON.stringify(id)}}\n`).join(''));
  }

  /** Loads what `path` holds from an earlier run, and saves every later change there. */
  async persistTo(path: string): Promise<void> {
    this.#file = await openDataFile(path, {
      replay: (change) => this.#replay(change),
      snapshot: () => this.#snapshot(),
    });
  }

  /** Writes what is still queued. Throws OutputError when that fails. */
  async close(): Promise<void> {
    await this.#file?.close();
  }

  /** Loads one line of the data file. Returns whether it is valid. */
  #replay(change: unknown): boolean {
    if (!isObject(change)) return false;
    if (Array.isArray(change['types']) && change['types'].every(Array.isArray)) {
      for (const [name, type] of change['types'] as [string, AttributeType][]) this.#types.set(name, type);
      this.#exists = true;
      return true;
    }
    if (typeof change['delete'] === 'string') {
      this.#users.delete(change['delete']);
      return true;
    }
    const record = change['put'];
    if (!isObject(record) || typeof record['user_id'] !== 'string') return false;
    const { learned } = typesOf(record['custom_attributes'], (name) => this.#types.get(name));
    this.learn(new Map(learned));
    this.put([{ id: record['user_id'], json: JSON.stringify(record) }]);
    return true;
  }

  *#snapshot(): Generator<string> {
    if (this.#exists) yield `{"types":${JSON.stringify([...this.#types])}}\n`;
    for (const json of this.#users.values()) yield `{"put":${json}}\n`;
  }
}
