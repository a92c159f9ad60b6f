import { isObject } from '../../contract/json.ts';
import { type Accepted, typesOf } from '../upload-check.ts';
import type { AttributeType, AttributeTypes } from './attribute-types.ts';
import { type DataFile, openDataFile } from './data-file.ts';

/** A user record as Miso returns it. */
export type StoredUser = Record<string, unknown>;

/** What the sandbox holds, to look at. */
export interface Users {
  readonly size: number;
  /** The record of an id, a fresh copy each time. */
  get(id: string): StoredUser | undefined;
  has(id: string): boolean;
  /** Every id, in the order in which they first came. */
  ids(): string[];
  entries(): IterableIterator<[id: string, user: StoredUser]>;
}

/**
 * The data set: users as JSON text by id, and the types of their custom attributes.
 * The types stay when users are replaced or deleted, as the mapping of a search index does.
 */
export class Store implements Users {
  readonly #users = new Map<string, string>();
  readonly #types = new Map<string, AttributeType>();
  #exists = false;
  #file: DataFile | undefined;

  /** Whether a record was ever stored: before that the data set does not exist. */
  get exists(): boolean {
    return this.#exists;
  }

  get size(): number {
    return this.#users.size;
  }

  get types(): AttributeTypes {
    return this.#types;
  }

  /** Why the data file can no longer be written, if so. */
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

  *entries(): IterableIterator<[id: string, user: StoredUser]> {
    for (const [id, json] of this.#users) yield [id, JSON.parse(json) as StoredUser];
  }

  /** Stores records, each in place of the one of its id, and the types that they bring. */
  put(records: readonly Accepted[], learned: ReadonlyMap<string, AttributeType>): void {
    for (const { id, json } of records) this.#users.set(id, json);
    for (const [name, type] of learned) this.#types.set(name, type);
    if (records.length > 0) this.#exists = true;
    this.#file?.append(records.map(({ json }) => `{"put":${json}}\n`).join(''));
  }

  /** Deletes users and returns how many there were. */
  delete(ids: readonly string[]): number {
    const gone = ids.filter((id) => this.#users.delete(id));
    this.#file?.append(gone.map((id) => `{"delete":${JSON.stringify(id)}}\n`).join(''));
    return gone.length;
  }

  /** Takes in what `path` holds from an earlier run, and keeps every later change there. */
  async persistTo(path: string): Promise<void> {
    this.#file = await openDataFile(path, {
      replay: (change) => this.#replay(change),
      snapshot: () => this.#snapshot(),
    });
  }

  /** Writes what is still to be written. Throws OutputError when that cannot be done. */
  async close(): Promise<void> {
    await this.#file?.close();
  }

  /** Takes in one line of the data file; says whether it was one. */
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
    this.put([{ id: record['user_id'], json: JSON.stringify(record) }], new Map(learned));
    return true;
  }

  *#snapshot(): Generator<string> {
    if (this.#exists) yield `{"types":${JSON.stringify([...this.#types])}}\n`;
    for (const json of this.#users.values()) yield `{"put":${json}}\n`;
  }
}
