import type { SourceRecord } from '../../input/source.ts';
import { exampleOf, type RecordWarning, type WarningLog } from '../warnings.ts';
import { IdCases } from './id-cases.ts';
import { LeadingZeros } from './leading-zeros.ts';

/** Signs of damage that are visible in a single id. */
const signs: readonly { readonly code: string; readonly pattern: RegExp; readonly message: string }[] = [
  {
    code: 'id-scientific',
    pattern: /^[+-]?\d(?:[.,]\d+)?e[+-]\d+$|^[+-]?\d[.,]\d+e\d+$/i,
    message: 'user ids in scientific notation: a spreadsheet may have removed digits',
  },
  {
    code: 'id-white-space',
    pattern: /^[\s\u200b]|[\s\u200b]$/,
    message: 'user ids with a leading or trailing space, kept as part of the id',
  },
  {
    code: 'id-control-character',
    pattern: /[\u0000-\u0008\u000e-\u001f\u007f]/,
    message: 'user ids with control characters',
  },
  {
    code: 'id-placeholder',
    // What databases, spreadsheets and programs write for a missing value.
    pattern:
      /^(?:null|\(null\)|nil|none|undefined|nan|n\/a|na|#n\/a|#null!|#ref!|#value!|#name\?|\\n|-+|\[object object\])$/i,
    message: 'user ids that look like a missing value, such as NULL or N/A',
  },
];

/** Matches any of the signs, because nearly every id has none. */
const anySign = new RegExp(signs.map(({ pattern }) => `(?:${pattern.source})`).join('|'), 'i');

/** Warns about ids that a spreadsheet or an export may have damaged. Ids are sent unchanged. */
export class DamagedIds {
  readonly #log: WarningLog;
  readonly #cases = new IdCases();
  readonly #zeros = new LeadingZeros();

  constructor(log: WarningLog) {
    this.#log = log;
  }

  /** Examines the id of a valid record. */
  add(id: string, source: SourceRecord): void {
    if (anySign.test(id)) this.#warnOfSigns(id, source);
    if (this.#cases.differs(id)) {
      const message = 'user ids that differ from an earlier one only in case or Unicode form';
      this.#log.add('id-case', message, exampleOf(id, source));
    }
    this.#zeros.add(id, source);
  }

  /** Adds the warnings that require all ids. */
  warnings(): RecordWarning[] {
    const zeros = this.#zeros.warning();
    return zeros === undefined ? [] : [zeros];
  }

  #warnOfSigns(id: string, source: SourceRecord): void {
    for (const { code, pattern, message } of signs) {
      if (pattern.test(id)) this.#log.add(code, message, exampleOf(id, source));
    }
  }
}
