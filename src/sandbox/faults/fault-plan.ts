import { isObject } from '../../contract/json.ts';
import { UsageError } from '../../errors.ts';
import type { CapacityChange } from '../load/capacity.ts';
import type { RateOptions } from '../load/rate-limit.ts';
import type { WorkerOptions } from '../load/worker-pool.ts';
import type { FaultPlan, FaultRule } from './fault-rules.ts';
import { readRule } from './parse-rule.ts';
import {
  checkKeys,
  omitUndefined,
  type PlanObject,
  type ReportProblem,
  readBoolean,
  readNumber,
  readObject,
  show,
} from './plan-values.ts';

const maxMs = 2 ** 31 - 1;
const duration = { min: 0, max: maxMs };

/**
 * Validates a fault plan that was read from JSON or YAML. Throws a UsageError with the name of the `file`,
 * which lists every problem with its key.
 */
export function parseFaultPlan(value: unknown, file = 'The fault plan'): FaultPlan {
  const problems: string[] = [];
  const plan = readPlan(
    value,
    (key, problem) => void problems.push(key === '' ? problem : `${key}: ${problem}`),
  );
  if (problems.length === 0) return plan;
  throw new UsageError(`${file} is not valid.\n${problems.map((problem) => `  ${problem}`).join('\n')}`, {
    hint: 'docs/sandbox.md lists all keys, with examples.',
  });
}

function readPlan(value: unknown, report: ReportProblem): FaultPlan {
  if (!isObject(value)) {
    report('', `expected an object with the key "faults", found ${show(value)}`);
    return { faults: [] };
  }
  const part = { fields: value, report };
  checkKeys(part, ['seed', 'faults', 'rate', 'workers', 'capacity', 'delays']);
  const section = <T>(key: string, read: (part: PlanObject) => T): T | undefined => {
    if (value[key] === undefined) return undefined;
    const inner = readObject(value[key], key, report);
    return inner && read(inner);
  };
  return omitUndefined({
    seed: readNumber(part, 'seed', { whole: true, min: 0, max: 2 ** 32 - 1 }),
    rate: section('rate', readRate),
    workers: section('workers', readWorkers),
    capacity: value['capacity'] === undefined ? undefined : readList(part, 'capacity', readChange),
    delays: section('delays', readDelays),
    faults: readFaults(part),
  });
}

/** A plan that only sets the load has no faults. */
function readFaults(part: PlanObject): FaultRule[] {
  const { fields } = part;
  const hasLoad = ['rate', 'workers', 'capacity', 'delays'].some((key) => fields[key] !== undefined);
  return fields['faults'] === undefined && hasLoad ? [] : readList(part, 'faults', readRule);
}

function readList<T>(
  { fields, report }: PlanObject,
  key: string,
  read: (part: PlanObject) => T | undefined,
): T[] {
  const list = fields[key];
  if (!Array.isArray(list)) {
    report(key, `expected a list, found ${show(list)}`);
    return [];
  }
  return list.flatMap((item: unknown, index) => {
    const part = readObject(item, `${key}[${index}]`, report);
    return (part && read(part)) ?? [];
  });
}

function readRate(part: PlanObject): RateOptions {
  checkKeys(part, ['perSecond', 'burst', 'window', 'retryAfter']);
  const { fields, report } = part;
  if (fields['burst'] !== undefined && fields['window'] !== undefined) {
    report('burst', 'cannot be used with "window"');
  }
  return omitUndefined({
    perSecond: readNumber(part, 'perSecond', { min: 0.001, required: true }) ?? 1,
    burst: readNumber(part, 'burst', { min: 1 }),
    window: readNumber(part, 'window', { min: 1, max: maxMs }),
    retryAfter: readBoolean(part, 'retryAfter'),
  });
}

function readWorkers(part: PlanObject): WorkerOptions {
  checkKeys(part, ['count', 'ms', 'msPerRecord', 'queue']);
  return omitUndefined({
    count: readNumber(part, 'count', { whole: true, min: 1, required: true }) ?? 1,
    ms: readNumber(part, 'ms', { ...duration, required: true }) ?? 0,
    msPerRecord: readNumber(part, 'msPerRecord', duration),
    queue: readNumber(part, 'queue', { whole: true, min: 0 }),
  });
}

function readChange(part: PlanObject): CapacityChange {
  checkKeys(part, ['after', 'factor']);
  return {
    after: readNumber(part, 'after', { ...duration, required: true }) ?? 0,
    factor: readNumber(part, 'factor', { min: 0.001, required: true }) ?? 1,
  };
}

function readDelays(part: PlanObject): NonNullable<FaultPlan['delays']> {
  checkKeys(part, ['apply', 'task', 'ids']);
  return omitUndefined({
    apply: readNumber(part, 'apply', duration),
    task: readNumber(part, 'task', duration),
    ids: readNumber(part, 'ids', duration),
  });
}
