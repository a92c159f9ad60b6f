import { isObject } from '../contract/json.ts';
import { uploadBody } from '../contract/upload-body.ts';
import type { User } from '../contract/user-fields.ts';
import { UsageError } from '../errors.ts';
import { idsPerDelete, isReadableId, isTaskId } from './users.ts';

/** The argument of `upload`: a list of records, one record, or an object that contains either. */
export type Records = readonly User[] | User | { readonly data: readonly User[] | User };
/** The argument of deletes. */
export type Ids =
  | string
  | readonly string[]
  | { readonly user_id: string }
  | { readonly user_ids: readonly string[] };
export type TaskIds = string | { readonly task_id: string };

/** The body of an upload. Throws UsageError for anything but records. */
export function recordsOf(given: unknown): string {
  const isCall = isObject(given) && 'data' in given && !('user_id' in given);
  const data = isCall ? given['data'] : given;
  const records = Array.isArray(data) ? data : [data];
  for (const record of records) {
    if (!isObject(record)) throw new UsageError(`upload: expected user records, found ${nameOf(record)}.`);
  }
  return uploadBody(records.map((record) => JSON.stringify(record)));
}

/** The id to read. Throws UsageError for anything but an id, and for an id that cannot be part of a path. */
export function userIdOf(given: unknown): string {
  const id = isObject(given) ? given['user_id'] : given;
  if (typeof id !== 'string') throw new UsageError(`user_id: expected a string, found ${nameOf(id)}.`);
  if (!isReadableId(id))
    throw new UsageError(`${JSON.stringify(id)} cannot be read: it is not a valid user id.`);
  return id;
}

/** The ids of a delete. Throws UsageError for anything but 1 to 1,000 ids. */
export function idListOf(given: unknown): readonly string[] {
  const held = isObject(given) ? (given['user_ids'] ?? given['user_id']) : given;
  const ids: readonly unknown[] = Array.isArray(held) ? held : [held];
  for (const id of ids) {
    if (typeof id !== 'string') throw new UsageError(`user_ids: expected strings, found ${nameOf(id)}.`);
  }
  if (ids.length === 0 || ids.length > idsPerDelete)
    throw new UsageError(`${ids.length} ids: one call can delete 1 to ${idsPerDelete} users.`);
  return ids as readonly string[];
}

export function taskIdOf(given: unknown): string {
  const id = isObject(given) ? given['task_id'] : given;
  if (typeof id !== 'string' || !isTaskId(id)) {
    const shown = typeof id === 'string' ? JSON.stringify(id) : nameOf(id);
    throw new UsageError(`task_id: expected the id of a task, found ${shown}.`);
  }
  return id;
}

function nameOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
