import { closest } from '../../text.ts';

/** Takes down what is wrong with a key; returns undefined, the value of what could not be read. */
export type ReportProblem = (key: string, problem: string) => undefined;

/** An object of a fault plan, and where to report about its keys. */
export interface Part {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly report: ReportProblem;
}

/** A list of user ids that is not empty. */
export function readIds({ fields, report }: Part): ReadonlySet<string> | undefined {
  const ids = fields['ids'];
  if (ids === undefined) return undefined;
  if (Array.isArray(ids) && ids.length > 0 && ids.every((id) => typeof id === 'string')) return new Set(ids);
  return report('ids', `expected a list of user ids, each a text in quotes, found ${show(ids)}`);
}

/** Which numbers are right. */
export interface Range {
  readonly whole?: boolean;
  readonly least: number;
  readonly most?: number;
}

/** A number within a range; undefined when it is absent or wrong. */
export function readNumber({ fields, report }: Part, key: string, range: Range): number | undefined {
  const value = fields[key];
  if (value === undefined) return undefined;
  const { whole = false, least, most = Number.MAX_SAFE_INTEGER } = range;
  const fits =
    typeof value === 'number' && value >= least && value <= most && (!whole || Number.isInteger(value));
  if (fits) return value;
  const span = most === Number.MAX_SAFE_INTEGER ? `of ${least} or more` : `from ${least} to ${most}`;
  return report(key, `expected a ${whole ? 'whole ' : ''}number ${span}, found ${show(value)}`);
}

/** One of the known words, with the nearest one proposed for a mistyped one. */
export function oneOf<T extends string>(
  { fields, report }: Part,
  key: string,
  names: readonly T[],
): T | undefined {
  const value = fields[key];
  const found = names.find((name) => name === value);
  if (found !== undefined) return found;
  const near = typeof value === 'string' ? closest(value, names) : undefined;
  const meant = near === undefined ? '' : ` Did you mean "${near}"?`;
  return report(key, `expected one of ${names.join(', ')}; found ${show(value)}.${meant}`);
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

/** Leaves out what was not given, so that "absent" has one form. */
export function omitUndefined<T extends object>(fields: T): WithoutUndefined<T> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as WithoutUndefined<T>;
}
