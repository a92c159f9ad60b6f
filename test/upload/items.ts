import type { SourceFile, SourceRecord } from '../../src/input/source.ts';
import { Batch } from '../../src/upload/batching/batch.ts';
import type { Item } from '../../src/upload/item.ts';

export const file: SourceFile = { index: 0, path: 'users.ndjson', format: 'ndjson', encoding: 'utf-8' };

/** A record with an id and a position; `size`: min bytes of its text. */
export function item(id: string, position: number, size = 0): Item {
  const value = { user_id: id, age: position };
  const json = JSON.stringify(value).padEnd(size);
  const source: SourceRecord = { kind: 'json', file, line: position + 1, raw: json, value };
  return { record: { kind: 'user', id, json, bytes: Buffer.byteLength(json), source }, position };
}

export function batchOf(...items: readonly Item[]): Batch {
  return new Batch(items);
}

/** A promise that the test settles. */
export function gate<T = void>() {
  let open: (value: T) => void = () => {};
  let fail: (error: unknown) => void = () => {};
  const promise = new Promise<T>((resolve, reject) => {
    open = resolve;
    fail = reject;
  });
  return { promise, open, fail };
}
