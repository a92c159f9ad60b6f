import { show } from './show.ts';

export interface InvalidValueDetails {
  /** The value that was found; it is shortened for display. */
  readonly value?: unknown;
  /** What was found, in words, where there is no value to show. */
  readonly found?: string;
  readonly hint?: string | undefined;
  /** Where inside the value that was looked at: `[2]`, `.plan`; the value itself when absent. */
  readonly at?: string;
}

/** What is wrong with one value: returned in the value's place, never thrown. */
export class InvalidValue {
  /** What was expected, the same text for every value with this fault. */
  readonly reason: string;
  readonly found: string | undefined;
  readonly hint: string | undefined;
  readonly at: string;

  constructor(reason: string, details: InvalidValueDetails = {}) {
    this.reason = reason;
    this.found = 'value' in details ? show(details.value) : details.found;
    this.hint = details.hint;
    this.at = details.at ?? '';
  }
}
