import type { Format } from './formats.ts';

/** How to read an input, validated. Absent values are detected. */
export interface ReadSettings {
  readonly format?: Format;
  /** One UTF-16 code unit, neither a quote nor a line end. */
  readonly delimiter?: string;
  /** WHATWG's name in lower case. */
  readonly encoding?: string;
}
