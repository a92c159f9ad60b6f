import { show } from './show.ts';

interface Details {
  /** The value that was found; shortened for display. */
  readonly value?: unknown;
  /** What was found, in words, when there is no value to show. */
  readonly found?: string;
  readonly hint?: string | undefined;
  /** Where inside the value: `[2]`, `.plan`. Absent for the value itself. */
  readonly at?: string;
}

/** Takes the place of a value that failed its check. Returned, never thrown. */
export class InvalidValue {
  /** What was expected. The same text for all values with this fault, so that they can be counted. */
  readonly reason: string;
  readonly found: string | undefined;
  readonly hint: string | undefined;
  readonly at: string;

  constructor(reason: string, details: Details = {}) {
    this.reason = reason;
    this.found = 'value' in details ? show(details.value) : details.found;
    this.hint = details.hint;
    this.at = details.at ?? '';
  }
}
