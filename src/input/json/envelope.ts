import { ValueScanner } from './value-scanner.ts';

/** What is wrong with the text around a list of records. */
export interface EnvelopeFault {
  /** The text, with an empty list in place of the list. */
  readonly text: string;
  /** It contains the key of the list a second time. */
  readonly repeatsKey?: boolean;
}

/** The objects around a list of records, without the list itself. */
export class Envelope {
  /** `data`, `response.users` */
  readonly list: string;
  readonly #keys: readonly string[];
  readonly #scanner = new ValueScanner();

  /** `keys` lead to the list. */
  constructor(keys: readonly string[]) {
    this.list = keys.join('.');
    this.#keys = keys;
  }

  /** Checks the text before the list, which ends with its opening bracket. */
  checkStart(text: string): EnvelopeFault | undefined {
    const whole = `${text}]${'}'.repeat(this.#keys.length)}`;
    return parse(whole) === undefined ? { text: whole } : undefined;
  }

  /** The length of the text after the list, or its fault; undefined if more text is needed. */
  readEnd(text: string): number | EnvelopeFault | undefined {
    const opening = `${'{"":'.repeat(this.#keys.length)}[]`;
    const whole = opening + text;
    if (!this.#scanner.scan(whole, 0)) {
      const { mismatch } = this.#scanner;
      // Cut at the fault, so that the result does not depend on how much of the text has arrived.
      return mismatch === -1 ? undefined : { text: whole.slice(0, mismatch + 1) };
    }
    const objects = whole.slice(0, this.#scanner.end);
    let inner = parse(objects);
    for (let depth = 1; depth < this.#keys.length; depth++) inner = inner?.[''] as typeof inner;
    if (inner === undefined) return { text: objects };
    if (Object.hasOwn(inner, this.#keys.at(-1)!)) return { text: objects, repeatsKey: true };
    return objects.length - opening.length;
  }
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
