import { quoteText } from '../../text.ts';
/** Where a value comes from, as far as it matters for reading it. */
export interface Medium {
  /** `text` for flags and variables, where all is text; `data` for files, where a value has a type of its own. */
  readonly kind: 'text' | 'data';
  /** What a path written there stands for. */
  readonly path: (written: string) => string;
}

/** A value as the program uses it, or what is wrong with it. */
export type Judged<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: string };

/** How one kind of value is read and judged. */
export interface Rule<T> {
  /** What may stand there, for messages and documentation: "a whole number from 0 to 1000". */
  readonly expected: string;
  /** Whether the values of several places are put together entry by entry, rather than the first taken. */
  readonly entries?: true;
  readonly read: (value: unknown, medium: Medium) => Judged<T>;
}

export function good<T>(value: T): Judged<T> {
  return { ok: true, value };
}

/** A refusal in words of its own, as a sentence without its full stop. */
export function bad(problem: string): { readonly ok: false; readonly problem: string } {
  return { ok: false, problem };
}

/** The usual refusal. */
export function unexpected(expected: string, found: unknown, hint = ''): ReturnType<typeof bad> {
  return bad(`expected ${expected}, found ${show(found)}${hint}`);
}

/** A value as a message shows it: short, and safe to print. */
export function show(value: unknown): string {
  if (typeof value === 'string') return value === '' ? 'nothing' : quoteText(value);
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  return String(value);
}
