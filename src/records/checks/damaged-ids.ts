import type { SourceRecord } from '../../input/source.ts';
import type { RecordWarning, WarningLog } from '../warnings.ts';
import { exampleOf } from '../warnings.ts';
import { IdCases } from './id-cases.ts';
import { LeadingZeros } from './leading-zeros.ts';

/** The signs that one id shows by itself. */
const signs: readonly { readonly code: string; readonly pattern: RegExp; readonly message: string }[] = [
  {
    code: 'id-scientific',
    pattern: /^[+-]?\d(?:[.,]\d+)?e[+-]\d+$|^[+-]?\d[.,]\d+e\d+$/i,
    message: 'user ids in scientific notation: a spreadsheet may have cut off their digits',
  },
  {
    code: 'id-white-space',
    pattern: /^[\s\u200b]|[\s\u200b]$/,
    message: 'user ids with white space at an end: it is part of the id',
  },
  {
    code: 'id-placeholder',
    // What databases, spreadsheets and programs write where there is no value.
    pattern:
      /^(?:null|\(null\)|nil|none|undefined|nan|n\/a|na|#n\/a|#null!|#ref!|#value!|#name\?|\\n|-+|\[object object\])$/i,
    message: 'user ids that look like a missing value, such as NULL or N/A',
  },
];

/** Any of the signs, in one look: nearly all ids show none. */
const anySign = new RegExp(signs.map(({ pattern }) => `(?:${pattern.source})`).join('|'), 'i');

/** Watches the ids that go by for signs of damage by a spreadsheet or an export; ids are sent as they are. */
export class DamagedIds {
  readonly #log: WarningLog;
  readonly #cases = new IdCases();
  readonly #zeros = new LeadingZeros();

  constructor(log: WarningLog) {
    this.#log = log;
  }

  /** Looks at the id of a record that passed every check. */
  watch(id: string, source: SourceRecord): void {
    if (anySign.test(id)) this.#warnOfSigns(id, source);
    if (this.#cases.differs(id)) {
      const message = 'user ids that differ from an earlier one only in upper and lower case';
      this.#log.add('id-case', message, exampleOf(id, source));
    }
    this.#zeros.add(id, source);
  }

  #warnOfSigns(id: string, source: SourceRecord): void {
    for (const { code, pattern, message } of signs) {
      if (pattern.test(id)) this.#log.add(code, message, exampleOf(id, source));
    }
  }

  /** What can be said only once all ids were seen. */
  warnings(): RecordWarning[] {
    const zeros = this.#zeros.warning();
    return zeros === undefined ? [] : [zeros];
  }
}
