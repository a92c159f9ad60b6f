import { show } from './show.ts';

interface Details {
  /** The value that was found; shortened for display. */
  readonly value?: unknown;
  /** Describes what was found when there is no value to show. */
  readonly found?: string;
  readonly hint?: string | undefined;
  /** The path inside the value: `[2]`, `.plan`. Absent for the value itself. */
  readonly at?: string;
}

/** The result for a value that failed its check. Returned, never thrown. */
export class InvalidValue {
  /** What was expected. Worded the same for all values with this fault, so that they can be counted. */
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
