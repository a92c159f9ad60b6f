import { memberTexts } from './json-text.ts';

/** A key of a JSON record, or the key of an object in it and a key of that object. */
export type TextPath = string | readonly [outer: string, inner: string];

/**
 * The text of a JSON record, for values that lose something when they are parsed: 12345678901234567890, 1.10,
 * -0.
 */
export class SourceText {
  readonly raw: string;
  readonly hasDuplicateKeys: boolean;
  #members: ReadonlyMap<string, string> | undefined;
  #nested: Map<string, ReadonlyMap<string, string>> | undefined;

  constructor(raw: string, hasDuplicateKeys: boolean) {
    this.raw = raw;
    this.hasDuplicateKeys = hasDuplicateKeys;
  }

  /** The text of a value. Undefined when it may have duplicate keys, because then text and value differ. */
  of(path: TextPath): string | undefined {
    this.#members ??= memberTexts(this.raw);
    const text = typeof path === 'string' ? this.#members.get(path) : this.#nestedText(path);
    const isNested = text?.startsWith('{') || text?.startsWith('[');
    return isNested && this.hasDuplicateKeys ? undefined : text;
  }

  #nestedText([outer, inner]: readonly [string, string]): string | undefined {
    this.#nested ??= new Map();
    let texts = this.#nested.get(outer);
    if (texts === undefined) {
      texts = memberTexts(this.#members?.get(outer) ?? '{}');
      this.#nested.set(outer, texts);
    }
    return texts.get(inner);
  }
}

/** Whether a value contains a number that JSON.stringify may write differently from its text. */
export function hasDelicateNumber(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isSafeInteger(value) || Object.is(value, -0);
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(hasDelicateNumber);
  for (const key in value) if (hasDelicateNumber((value as Record<string, unknown>)[key])) return true;
  return false;
}

/** The same text in memory of its own: in V8, a part of a longer text keeps all of that text in memory. */
export function ownCopy(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string;
}
