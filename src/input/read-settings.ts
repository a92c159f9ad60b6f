import type { Format } from './source.ts';

/** What the user said about the bytes; what is absent is detected. */
export interface ReadSettings {
  readonly format?: Format;
  /** One character. */
  readonly delimiter?: string;
  /** Any WHATWG name. */
  readonly encoding?: string;
}
