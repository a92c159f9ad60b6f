import { actionKinds, type FaultAction, type FaultRule, type RetryAfter } from './fault-rules.ts';
import {
  checkKeys,
  omitUndefined,
  oneOf,
  type PlanObject,
  readBoolean,
  readIds,
  readNumber,
  show,
} from './plan-values.ts';

const commonKeys = ['on', 'do', 'ids', 'probability', 'every', 'first', 'after', 'times'];
const kinds = ['upload', 'read', 'delete', 'ids', 'status', 'interactions', 'any'] as const;

/** The additional keys of each action. */
const actionKeys: Readonly<Record<FaultAction['do'], readonly string[]>> = {
  status: ['status', 'retryAfter', 'body'],
  'status-after': ['status', 'retryAfter', 'body'],
  poison: ['status', 'retryAfter', 'body'],
  html: ['status', 'retryAfter'],
  'html-after': ['status', 'retryAfter'],
  reset: [],
  'reset-after': [],
  stall: ['ms'],
  'stall-after': ['ms'],
  garbage: [],
  'garbage-after': [],
  empty: [],
  slow: ['ms'],
  truncate: [],
  vague: [],
  'older-shape': [],
  'too-large': ['bytes'],
  reject: ['status', 'line'],
  'task-errors': ['line', 'ms'],
  queue: ['ms', 'overtaken'],
  'delete-lists': ['show'],
};
const actions = Object.keys(actionKeys) as readonly FaultAction['do'][];
const allKeys = [...new Set([...commonKeys, ...Object.values(actionKeys).flat()])];

/** Reads one rule; undefined when its action is unknown. */
export function readRule(part: PlanObject): FaultRule | undefined {
  const { fields, report } = part;
  const name = oneOf(part, 'do', actions);
  checkKeys(part, name === undefined ? allKeys : [...commonKeys, ...actionKeys[name]], allKeys);
  if (name === undefined) return undefined;
  const count = { whole: true, min: 1 };
  const on = fields['on'] === undefined ? 'any' : (oneOf(part, 'on', kinds) ?? 'any');
  const possible = actionKinds.get(name);
  if (possible !== undefined && on !== 'any' && !possible.includes(on)) {
    report('on', `"${name}" applies to ${possible.join(' and ')} only, found "${on}"`);
  }
  const ids = readIds(part);
  if (ids !== undefined && (on === 'ids' || on === 'status')) {
    report('ids', `calls of the kind "${on}" carry no user ids`);
  }
  if (fields['ids'] === undefined && ['poison', 'reject', 'task-errors'].includes(name)) {
    report('ids', `"${name}" requires a list of user ids`);
  }
  return omitUndefined({
    on,
    action: readAction(name, part),
    ids,
    probability: readNumber(part, 'probability', { min: 0, max: 1 }),
    every: readNumber(part, 'every', count),
    first: readNumber(part, 'first', count),
    after: readNumber(part, 'after', count),
    times: readNumber(part, 'times', count),
  });
}

function readAction(name: FaultAction['do'], part: PlanObject): FaultAction {
  const { fields, report } = part;
  const ms = readNumber(part, 'ms', { min: 0, required: name === 'slow' });
  const status = readNumber(part, 'status', { whole: true, min: 200, max: 599 });
  switch (name) {
    case 'status':
    case 'status-after':
    case 'poison': {
      const reply = { retryAfter: readRetryAfter(part), body: readBody(fields['body']) };
      return omitUndefined({ do: name, status: status ?? 500, ...reply });
    }
    case 'html':
    case 'html-after':
      return omitUndefined({ do: name, status: status ?? 502, retryAfter: readRetryAfter(part) });
    case 'stall':
    case 'stall-after':
      return omitUndefined({ do: name, ms });
    case 'queue':
      return omitUndefined({ do: name, ms, overtaken: readBoolean(part, 'overtaken') });
    case 'slow':
      return { do: name, ms: ms ?? 0 };
    case 'too-large':
      return { do: name, bytes: readNumber(part, 'bytes', { whole: true, min: 0, required: true }) ?? 0 };
    case 'reject':
    case 'task-errors':
      if (status !== undefined && status !== 200 && status !== 422) {
        report('status', `expected 422 (no record is stored) or 200 (the others are), found ${status}`);
      }
      return omitUndefined({
        do: name,
        status: status === 200 ? (200 as const) : (422 as const),
        line: readLine(part),
        ms,
      });
    case 'delete-lists': {
      const shapes = ['both', 'lists', 'counts', 'not-found'] as const;
      const show = fields['show'] === undefined ? 'both' : (oneOf(part, 'show', shapes) ?? 'both');
      return { do: name, show };
    }
    default:
      return { do: name };
  }
}

function readLine({ fields, report }: PlanObject): string {
  const line = fields['line'];
  if (typeof line === 'string') return line;
  if (line !== undefined) report('line', `expected a string, found ${show(line)}`);
  return 'data.{index}.user_id ({id}) is invalid. The record is refused by a fault.';
}

function readBody(body: unknown): string | undefined {
  return body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
}

function readRetryAfter({ fields, report }: PlanObject): RetryAfter | undefined {
  const value = fields['retryAfter'];
  if (value === undefined) return undefined;
  if (Number.isInteger(value) && Number(value) >= 0) return { seconds: Number(value), as: 'seconds' };
  const date = typeof value === 'string' ? /^http-date-after:(\d+)$/.exec(value) : null;
  if (date !== null) return { seconds: Number(date[1]), as: 'http-date' };
  return report('retryAfter', `expected whole seconds, or "http-date-after:<seconds>", found ${show(value)}`);
}
