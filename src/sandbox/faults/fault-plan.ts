import { isObject } from '../../contract/json.ts';
import { UsageError } from '../../errors.ts';
import { closest } from '../../text.ts';
import {
  actionKinds,
  type FaultAction,
  type FaultPlan,
  type FaultRule,
  type RetryAfter,
} from './fault-rules.ts';
import {
  omitUndefined,
  oneOf,
  type Part,
  type ReportProblem,
  readIds,
  readNumber,
  show,
} from './plan-values.ts';

const common = ['on', 'do', 'ids', 'probability', 'every', 'first', 'after', 'times'];
const kinds = ['upload', 'read', 'delete', 'ids', 'status', 'interactions', 'any'] as const;

/** For each thing that can go wrong, the keys that say more about it. */
const ownKeys: Readonly<Record<FaultAction['do'], readonly string[]>> = {
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
  'task-errors': ['line'],
};
const actions = Object.keys(ownKeys) as readonly FaultAction['do'][];
const everyKey = [...new Set([...common, ...Object.values(ownKeys).flat()])];

/**
 * Checks a fault plan as it was read from JSON or YAML.
 * Throws a UsageError that lists everything wrong with it, naming each key; `file` is named in front.
 */
export function parseFaultPlan(value: unknown, file = 'The fault plan'): FaultPlan {
  const problems: string[] = [];
  const plan = readPlan(
    value,
    (key, problem) => void problems.push(key === '' ? problem : `${key}: ${problem}`),
  );
  if (problems.length === 0) return plan;
  throw new UsageError(`${file} cannot be used.\n${problems.map((problem) => `  ${problem}`).join('\n')}`, {
    hint: 'docs/sandbox.md lists every key, with examples.',
  });
}

function readPlan(value: unknown, report: ReportProblem): FaultPlan {
  if (!isObject(value)) {
    report('', `expected an object with the key "faults", found ${show(value)}`);
    return { faults: [] };
  }
  const part = { fields: value, report };
  checkKeys(part, ['seed', 'faults']);
  const seed = readNumber(part, 'seed', { whole: true, least: 0, most: 2 ** 32 - 1 });
  const faults = value['faults'];
  if (!Array.isArray(faults)) report('faults', `expected a list of faults, found ${show(faults)}`);
  const rules = (Array.isArray(faults) ? faults : []).flatMap((fields: unknown, index) => {
    const place = `faults[${index}]`;
    if (!isObject(fields)) return report(place, `expected an object, found ${show(fields)}`) ?? [];
    return readRule({ fields, report: (key, problem) => report(`${place}.${key}`, problem) }) ?? [];
  });
  return { ...(seed === undefined ? {} : { seed }), faults: rules };
}

function readRule(part: Part): FaultRule | undefined {
  const { fields, report } = part;
  const name = oneOf(part, 'do', actions);
  checkKeys(part, name === undefined ? everyKey : [...common, ...ownKeys[name]]);
  if (name === undefined) return undefined;
  const count = { whole: true, least: 1 };
  const on = fields['on'] === undefined ? 'any' : (oneOf(part, 'on', kinds) ?? 'any');
  const possible = actionKinds.get(name);
  if (possible !== undefined && on !== 'any' && !possible.includes(on)) {
    report('on', `"${name}" can only happen to ${possible.join(' and ')}, found "${on}"`);
  }
  const ids = readIds(part);
  if (ids !== undefined && (on === 'ids' || on === 'status')) {
    report('ids', `calls of the kind "${on}" carry no user ids`);
  }
  if (fields['ids'] === undefined && ['poison', 'reject', 'task-errors'].includes(name)) {
    report('ids', `"${name}" needs the list of user ids that it is about`);
  }
  return omitUndefined({
    on,
    action: readAction(name, part),
    ids,
    probability: readNumber(part, 'probability', { least: 0, most: 1 }),
    every: readNumber(part, 'every', count),
    first: readNumber(part, 'first', count),
    after: readNumber(part, 'after', count),
    times: readNumber(part, 'times', count),
  });
}

function readAction(name: FaultAction['do'], part: Part): FaultAction {
  const { fields, report } = part;
  const ms = readNumber(part, 'ms', { least: 0 });
  const status = readNumber(part, 'status', { whole: true, least: 200, most: 599 });
  switch (name) {
    case 'status':
    case 'status-after':
    case 'poison': {
      const answer = { retryAfter: readRetryAfter(part), body: readBody(fields['body']) };
      return omitUndefined({ do: name, status: status ?? 500, ...answer });
    }
    case 'html':
    case 'html-after':
      return omitUndefined({ do: name, status: status ?? 502, retryAfter: readRetryAfter(part) });
    case 'stall':
    case 'stall-after':
      return omitUndefined({ do: name, ms });
    case 'slow':
      if (fields['ms'] === undefined) report('ms', '"slow" needs the milliseconds that the answer takes');
      return { do: name, ms: ms ?? 0 };
    case 'too-large':
      if (fields['bytes'] === undefined) report('bytes', '"too-large" needs the bytes that a body may have');
      return { do: name, bytes: readNumber(part, 'bytes', { whole: true, least: 0 }) ?? 0 };
    case 'reject':
    case 'task-errors':
      if (status !== undefined && status !== 200 && status !== 422) {
        report('status', `expected 422 (nothing is stored) or 200 (the others are), found ${status}`);
      }
      return { do: name, status: status === 200 ? 200 : 422, line: readLine(part) };
    default:
      return { do: name };
  }
}

function readLine({ fields, report }: Part): string {
  const line = fields['line'];
  if (typeof line === 'string') return line;
  if (line !== undefined) report('line', `expected a text, found ${show(line)}`);
  return 'data.{index}.user_id ({id}) is invalid. The record is refused by a fault.';
}

function readBody(body: unknown): string | undefined {
  return body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
}

function readRetryAfter({ fields, report }: Part): RetryAfter | undefined {
  const value = fields['retryAfter'];
  if (value === undefined) return undefined;
  if (Number.isInteger(value) && Number(value) >= 0) return { seconds: Number(value), as: 'seconds' };
  const date = typeof value === 'string' ? /^http-date-after:(\d+)$/.exec(value) : null;
  if (date !== null) return { seconds: Number(date[1]), as: 'http-date' };
  return report('retryAfter', `expected whole seconds, or "http-date-after:<seconds>", found ${show(value)}`);
}

function checkKeys({ fields, report }: Part, known: readonly string[]): void {
  for (const key of Object.keys(fields)) {
    if (known.includes(key)) continue;
    if (everyKey.includes(key)) report(key, `has no meaning for "${String(fields['do'])}"`);
    else {
      const near = closest(key, known);
      report(
        key,
        near === undefined
          ? `is not known here; known are ${known.join(', ')}`
          : `is not known here. Did you mean "${near}"?`,
      );
    }
  }
}
