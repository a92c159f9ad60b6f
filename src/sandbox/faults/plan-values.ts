import { isObject } from '../../contract/json.ts';
import { closest } from '../../text.ts';

/** Records a problem with a key. Returns undefined, as the value of a key that cannot be read. */
export type ReportProblem = (key: string, problem: string) => undefined;

/** An object of a fault plan, and where to report problems with its keys. */
export interface PlanObject {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly report: ReportProblem;
}

/** Reads a value as an object. Problems inside it are reported with `key` in front. */
export function readObject(value: unknown, key: string, report: ReportProblem): PlanObject | undefined {
  if (!isObject(value)) return report(key, `expected an object, found ${show(value)}`);
  return { fields: value, report: (inner, problem) => report(`${key}.${inner}`, problem) };
}

/** A list of user ids that is not empty. */
export function readIds({ fields, report }: PlanObject): ReadonlySet<string> | undefined {
  const ids = fields['ids'];
  if (ids === undefined) return undefined;
  if (Array.isArray(ids) && ids.length > 0 && ids.every((id) => typeof id === 'string')) return new Set(ids);
  return report('ids', `expected a list of user ids, each a string in quotes, found ${show(ids)}`);
}

export interface NumberRange {
  readonly whole?: boolean;
  readonly min: number;
  readonly max?: number;
  readonly required?: boolean;
}

/** A number within a range; undefined when it is missing or invalid. */
export function readNumber(
  { fields, report }: PlanObject,
  key: string,
  range: NumberRange,
): number | undefined {
  const value = fields[key];
  const { whole = false, min, max = Number.MAX_SAFE_INTEGER, required = false } = range;
  if (value === undefined && !required) return undefined;
  const fits =
    typeof value === 'number' && value >= min && value <= max && (!whole || Number.isInteger(value));
  if (fits) return value;
  const span = max === Number.MAX_SAFE_INTEGER ? `of ${min} or more` : `from ${min} to ${max}`;
  return report(key, `expected a ${whole ? 'whole ' : ''}number ${span}, found ${show(value)}`);
}

export function readBoolean({ fields, report }: PlanObject, key: string): boolean | undefined {
  const value = fields[key];
  if (value === undefined || typeof value === 'boolean') return value;
  return report(key, `expected true or false, found ${show(value)}`);
}

/** One of the known names. Suggests the closest one for a typo. */
export function oneOf<T extends string>(
  { fields, report }: PlanObject,
  key: string,
  names: readonly T[],
): T | undefined {
  const value = fields[key];
  const found = names.find((name) => name === value);
  if (found !== undefined) return found;
  const near = typeof value === 'string' ? closest(value, names) : undefined;
  const suggestion = near === undefined ? '' : ` Did you mean "${near}"?`;
  return report(key, `expected one of ${names.join(', ')}; found ${show(value)}.${suggestion}`);
}

/** Reports keys that are not in `known`. `elsewhere`: keys that would be known for another value of `do`. */
export function checkKeys(
  { fields, report }: PlanObject,
  known: readonly string[],
  elsewhere: readonly string[] = [],
): void {
  for (const key of Object.keys(fields)) {
    if (known.includes(key)) continue;
    if (elsewhere.includes(key)) {
      report(key, `cannot be used with "${String(fields['do'])}"`);
      continue;
    }
    const near = closest(key, known);
    report(
      key,
      near === undefined
        ? `unknown key; allowed: ${known.join(', ')}`
        : `unknown key. Did you mean "${near}"?`,
    );
  }
}

/** A value, shortened for a message. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

type WithoutUndefined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** Removes undefined values, so that a missing value is always absent. */
export function omitUndefined<T extends object>(fields: T): WithoutUndefined<T> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as WithoutUndefined<T>;
}
