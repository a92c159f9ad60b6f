import { isObject } from '../contract/json.ts';
import { uploadBody } from '../contract/upload-body.ts';
import type { User } from '../contract/user-fields.ts';
import { UsageError } from '../errors.ts';
import { nameOf } from './option-types.ts';
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
  if (isCall) requireOnly('data', given);
  const data = isCall ? given['data'] : given;
  const records = Array.isArray(data) ? data : [data];
  return uploadBody(records.map(recordText));
}

function recordText(record: unknown): string {
  // A Map, a Set or a promise would become an empty record.
  const isRecord = isObject(record) && !(Symbol.iterator in record) && typeof record['then'] !== 'function';
  if (!isRecord) throw new UsageError(`upload: expected user records, found ${nameOf(record)}.`);
  let text: string | undefined;
  try {
    text = JSON.stringify(record, finiteOnly);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`upload: a record cannot be written as JSON: ${(error as Error).message}`);
  }
  if (!text?.startsWith('{')) throw new UsageError('upload: a record does not become a JSON object.');
  return text;
}

/** JSON.stringify would turn NaN and Infinity into null. */
function finiteOnly(key: string, value: unknown): unknown {
  if (typeof value !== 'number' || Number.isFinite(value)) return value;
  throw new UsageError(`upload: ${key}: ${value} is not a number in JSON.`);
}

/** Throws UsageError for keys next to the argument itself, such as `dry_run`, which would have no effect. */
function requireOnly(key: string, given: Readonly<Record<string, unknown>>): void {
  const other = Object.keys(given).find((name) => name !== key);
  if (other === undefined) return;
  throw new UsageError(`unknown key ${JSON.stringify(other)} next to ${key}.`, {
    hint: 'Options are the second argument.',
  });
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
  if (isObject(given) && 'user_ids' in given) requireOnly('user_ids', given);
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
