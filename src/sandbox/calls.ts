import { isObject } from '../contract/json.ts';
import { textOf } from './http/body.ts';
import { findJsonSyntaxError } from './http/json-syntax.ts';
import { malformed, type Reply, type RequestError } from './http/replies.ts';
import type { Route } from './http/routes.ts';

/** A valid request. */
export type Call =
  | {
      readonly kind: 'upload';
      readonly records: readonly unknown[];
      readonly dryRun: boolean;
      readonly queued: boolean;
    }
  | { readonly kind: 'read'; readonly id: string }
  | { readonly kind: 'delete'; readonly ids: readonly string[]; readonly one: boolean }
  | { readonly kind: 'ids' }
  | { readonly kind: 'status'; readonly task: string }
  | { readonly kind: 'interactions'; readonly ids: readonly string[] };

export type CallKind = Call['kind'];

/** The kind of call of a route. */
export function kindOfRoute(route: Route): CallKind {
  return route.to === 'delete one' || route.to === 'delete many' ? 'delete' : route.to;
}

/** The user ids of a call, in its order. Records without a valid id have none. */
export function idsOf(call: Call): readonly string[] {
  switch (call.kind) {
    case 'upload':
      return call.records.flatMap((record) => {
        const id = isObject(record) ? record['user_id'] : undefined;
        return typeof id === 'string' ? [id] : [];
      });
    case 'read':
      return [call.id];
    case 'delete':
    case 'interactions':
      return call.ids;
    default:
      return [];
  }
}

/** Parses a call, or returns the reply for a malformed request. */
export function parseCall(route: Route, query: URLSearchParams, body: Buffer): Call | { malformed: Reply } {
  switch (route.to) {
    case 'read':
      return { kind: 'read', id: route.id };
    case 'delete one':
      return { kind: 'delete', ids: [route.id], one: true };
    case 'ids':
      return { kind: 'ids' };
    case 'status':
      return { kind: 'status', task: route.task };
  }
  const parsed = parseObject(body);
  if ('error' in parsed) return refuse(parsed.error);
  switch (route.to) {
    case 'upload':
      return parseUpload(parsed.value, query);
    case 'delete many':
      return parseDelete(parsed.value);
    case 'interactions': {
      const ids = parseIds(parsed.value, ['body']);
      return 'errors' in ids ? refuse(...ids.errors) : { kind: 'interactions', ids: ids.ids };
    }
  }
}

type Parsed = { readonly value: Readonly<Record<string, unknown>> } | { readonly error: RequestError };

function parseObject(body: Buffer): Parsed {
  const text = textOf(body);
  if (text === undefined) {
    return {
      error: { loc: ['body'], msg: 'the body is not valid UTF-8', type: 'value_error.unicodedecode' },
    };
  }
  if (text === '') return { error: missing('body') };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const { position, message: msg } = findJsonSyntaxError(text) ?? { position: 0, message: String(error) };
    return { error: { loc: ['body', position], msg, type: 'value_error.jsondecode' } };
  }
  return isObject(value) ? { value } : { error: notA('dict', 'body') };
}

function parseUpload(
  body: Readonly<Record<string, unknown>>,
  query: URLSearchParams,
): Call | { malformed: Reply } {
  const errors: RequestError[] = [];
  const records = body['data'];
  if (!Object.hasOwn(body, 'data')) errors.push(missing('body', 'data'));
  else if (!Array.isArray(records)) errors.push(notA('list', 'body', 'data'));
  const dryRun = flag(query, 'dry_run', errors);
  const queued = flag(query, 'async', errors);
  if (!Array.isArray(records) || errors.length > 0) return refuse(...errors);
  return { kind: 'upload', records, dryRun, queued };
}

function parseDelete(body: Readonly<Record<string, unknown>>): Call | { malformed: Reply } {
  const data = body['data'];
  if (!Object.hasOwn(body, 'data')) return refuse(missing('body', 'data'));
  if (!isObject(data)) return refuse(notA('dict', 'body', 'data'));
  const ids = parseIds(data, ['body', 'data']);
  return 'errors' in ids ? refuse(...ids.errors) : { kind: 'delete', ids: ids.ids, one: false };
}

type Ids = { readonly ids: readonly string[] } | { readonly errors: readonly RequestError[] };

function parseIds(holder: Readonly<Record<string, unknown>>, loc: readonly string[]): Ids {
  const ids = holder['user_ids'];
  if (!Object.hasOwn(holder, 'user_ids')) return { errors: [missing(...loc, 'user_ids')] };
  if (!Array.isArray(ids)) return { errors: [notA('list', ...loc, 'user_ids')] };
  const errors = [...ids.entries()]
    .filter(([, id]) => typeof id !== 'string')
    .map(([index]) => ({
      loc: [...loc, 'user_ids', index],
      msg: 'str type expected',
      type: 'type_error.str',
    }));
  return errors.length > 0 ? { errors } : { ids: ids as string[] };
}

function flag(query: URLSearchParams, name: string, errors: RequestError[]): boolean {
  const value = query.get(name)?.toLowerCase();
  if (value === undefined || ['0', 'false', 'no', 'off'].includes(value)) return false;
  if (['1', 'true', 'yes', 'on'].includes(value)) return true;
  errors.push({
    loc: ['query', name],
    msg: 'value could not be parsed to a boolean',
    type: 'type_error.bool',
  });
  return false;
}

function missing(...loc: readonly string[]): RequestError {
  return { loc, msg: 'field required', type: 'value_error.missing' };
}

function notA(type: 'list' | 'dict', ...loc: readonly string[]): RequestError {
  return { loc, msg: `value is not a valid ${type}`, type: `type_error.${type}` };
}

function refuse(...errors: readonly RequestError[]): { malformed: Reply } {
  return { malformed: malformed(...errors) };
}
