import { createHash } from 'node:crypto';
import { inspect } from 'node:util';

/** A key that prints as `***` however it is printed; only `reveal()` gives the text itself. */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The key as text, for the header of a request and for nothing else. */
  reveal(): string {
    return this.#text;
  }

  /** Eight hexadecimal digits by which two keys can be told apart, and from which neither can be found. */
  fingerprint(): string {
    return createHash('sha256').update(this.#text).digest('hex').slice(0, 8);
  }

  toString(): string {
    return '***';
  }

  toJSON(): string {
    return '***';
  }

  [inspect.custom](): string {
    return '***';
  }
}
