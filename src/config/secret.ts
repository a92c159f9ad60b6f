import { inspect } from 'node:util';
import { digest } from '../digest.ts';

/** A key that always prints as `***`; only `reveal()` returns its text. */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The key as text, for the request header only. */
  reveal(): string {
    return this.#text;
  }

  /** Eight hexadecimal digits that distinguish keys without revealing them. */
  fingerprint(): string {
    return digest(this.#text, 8);
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
