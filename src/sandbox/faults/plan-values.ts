import { closest } from '../../closest.ts';

/** Takes down what is wrong with a key; returns undefined, the value of what could not be read. */
export type Complain = (key: string, problem: string) => undefined;

/** An object of a fault plan, and where to complain about its keys. */
export interface Part {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly complain: Complain;
}

/** A list of user ids that is not empty. */
export function readIds({ fields, complain }: Part): ReadonlySet<string> | undefined {
  const ids = fields['ids'];
  if (ids === undefined) return undefined;
  if (Array.isArray(ids) && ids.length > 0 && ids.every((id) => typeof id === 'string')) return new Set(ids);
  return complain('ids', `expected a list of user ids, each a text in quotes, found ${show(ids)}`);
}

/** Which numbers are right. */
export interface Range {
  readonly whole?: boolean;
  readonly least: number;
  readonly most?: number;
}

/** A number within a range; undefined when it is absent or wrong. */
export function readNumber({ fields, complain }: Part, key: string, range: Range): number | undefined {
  const value = fields[key];
  if (value === undefined) return undefined;
  const { whole = false, least, most = Number.MAX_SAFE_INTEGER } = range;
  const fits =
    typeof value === 'number' && value >= least && value <= most && (!whole || Number.isInteger(value));
  if (fits) return value;
  const span = most === Number.MAX_SAFE_INTEGER ? `of ${least} or more` : `from ${least} to ${most}`;
  return complain(key, `expected a ${whole ? 'whole ' : ''}number ${span}, found ${show(value)}`);
}

/** One of the known words, with the nearest one proposed for a mistyped one. */
export function oneOf<T extends string>(
  { fields, complain }: Part,
  key: string,
  names: readonly T[],
): T | undefined {
  const value = fields[key];
  const found = names.find((name) => name === value);
  if (found !== undefined) return found;
  const near = typeof value === 'string' ? closest(value, names) : undefined;
  const meant = near === undefined ? '' : ` Did you mean "${near}"?`;
  return complain(key, `expected one of ${names.join(', ')}; found ${show(value)}.${meant}`);
}

/** A value, shortened for a message. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

type GivenOnly<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** Leaves out what was not given, so that "absent" has one form. */
export function givenOnly<T extends object>(fields: T): GivenOnly<T> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as GivenOnly<T>;
}
