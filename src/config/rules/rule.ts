import { looksSecret } from '../../redact.ts';
import { quoteText } from '../../text.ts';

/** How a value was set, as needed by a rule. */
export interface ReadContext {
  /** `text` for flags and variables, which are always text; `data` for files, whose values have types. */
  readonly kind: 'text' | 'data';
  /** Resolves a path that is set there. */
  readonly path: (written: string) => string;
}

/** A valid value, or what is wrong with it. */
export type RuleResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: string };

/** How one kind of value is read and checked. */
export interface Rule<T> {
  /** What is allowed, for messages and documentation: "a whole number from 0 to 1000". */
  readonly expected: string;
  /** The JSON Schema of values in a settings file. */
  readonly schema: JsonSchema;
  /** Whether values from several places are merged entry by entry. Otherwise, the first one wins. */
  readonly entries?: true;
  readonly read: (value: unknown, context: ReadContext) => RuleResult<T>;
}

/** The part of JSON Schema (2020-12) that settings need. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly items?: JsonSchema;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly anyOf?: readonly JsonSchema[];
}

export function valid<T>(value: T): RuleResult<T> {
  return { ok: true, value };
}

/** The result for an invalid value. `problem`: a sentence without the period. */
export function invalid(problem: string): { readonly ok: false; readonly problem: string } {
  return { ok: false, problem };
}

/** The common result for an invalid value: what was expected, and what was found instead. */
export function unexpected(expected: string, found: unknown, hint = ''): ReturnType<typeof invalid> {
  return invalid(`expected ${expected}, found ${describeValue(found)}${hint}`);
}

/** Text in quotes, or `"***"` if it looks like a key that was set in the wrong place. */
export function quoteSafely(text: string): string {
  return looksSecret(text) ? '"***"' : quoteText(text);
}

/** A value for a message: short, and safe to print. */
export function describeValue(value: unknown): string {
  if (typeof value === 'string') return value === '' ? 'nothing' : quoteSafely(value);
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  return String(value);
}
