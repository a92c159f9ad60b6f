import { isObject } from '../../contract/json.ts';
import { attributePath } from '../../contract/user-fields.ts';
import { listOf } from '../../text.ts';
import { listNames } from '../columns/list-names.ts';
import type { RecordBuilder } from '../record-builder.ts';
import type { RecordWarning } from '../warnings.ts';

/** Max records to examine. The first values show what a column contains; the rest need not cost time. */
const maxRecords = 1000;
/** Max columns and keys to count. */
const maxColumns = 200;
/** The share of a column's values that must look like personal data. */
const minShare = 0.5;

/** Kinds of personal data. */
const kinds = [
  { name: 'e-mail addresses', matches: (text: string) => /^[^\s@]+@[^\s@]+\.[^\s@.]{2,}$/.test(text) },
  { name: 'card numbers', matches: isCardNumber },
  { name: 'phone numbers', matches: isPhoneNumber },
] as const;

type Kind = (typeof kinds)[number]['name'];

/**
 * Finds columns that look like personal data, which Miso asks its customers not to send. The warning names
 * each column once and never contains values.
 */
export class PersonalData {
  #records = 0;
  readonly #columns = new Map<string, { values: number; readonly counts: Map<Kind, number> }>();

  /** Examines a valid record. */
  add(builder: RecordBuilder): void {
    if (this.#records >= maxRecords) return;
    this.#records++;
    for (const { target, value } of builder.fields) this.#addValue(target.source, value);
    for (const { target, value } of builder.attributes) this.#addValue(target.source, value);
    const { attributesObject } = builder;
    if (!isObject(attributesObject)) return;
    for (const [name, value] of Object.entries(attributesObject)) this.#addValue(attributePath(name), value);
  }

  warnings(): RecordWarning[] {
    const found = new Map<Kind, string[]>();
    for (const [column, { values, counts }] of this.#columns) {
      for (const [kind, count] of counts)
        if (count >= minShare * values) found.set(kind, [...(found.get(kind) ?? []), column]);
    }
    if (found.size === 0) return [];
    const texts = [...found].map(([kind, columns]) => `${listNames(columns)} (${kind})`);
    return [
      {
        code: 'personal-data',
        message:
          `columns that look like personal data, which Miso asks not to receive: ${listOf(texts, 'and')}; ` +
          '--hash <column> sends hashes instead, and --no-pii-check turns this check off',
        count: [...found.values()].flat().length,
        examples: [],
      },
    ];
  }

  #addValue(column: string, value: unknown): void {
    if (typeof value !== 'string' || value === '') return;
    const known = this.#columns.get(column);
    if (known === undefined && this.#columns.size >= maxColumns) return;
    const entry = known ?? { values: 0, counts: new Map<Kind, number>() };
    if (known === undefined) this.#columns.set(column, entry);
    entry.values++;
    const kind = kinds.find(({ matches }) => matches(value))?.name;
    if (kind !== undefined) entry.counts.set(kind, (entry.counts.get(kind) ?? 0) + 1);
  }
}

/**
 * 13 to 19 digits, perhaps in groups, that begin as those of a card company and have a valid check digit
 * (Luhn).
 */
function isCardNumber(text: string): boolean {
  if (!/^\d(?:[ -]?\d){12,18}$/.test(text)) return false;
  const digits = text.replaceAll(/[ -]/g, '');
  return /^(?:4|5[1-5]|2[2-7]|3[47]|6)/.test(digits) && hasCheckDigit(digits);
}

/** The Luhn algorithm. */
function hasCheckDigit(digits: string): boolean {
  let sum = 0;
  for (let place = 0; place < digits.length; place++) {
    const digit = Number(digits[digits.length - 1 - place]);
    const weighted = place % 2 === 0 ? digit : 2 * digit;
    sum += weighted > 9 ? weighted - 9 : weighted;
  }
  return sum % 10 === 0;
}

/** +49 30 1234567, (555) 123-4567, 555-123-4567, 030 1234567. Digits alone are more often an id. */
function isPhoneNumber(text: string): boolean {
  const digits = text.replaceAll(/\D/g, '').length;
  if (digits < 7 || digits > 15 || !/^[+(\d][\d\s()./-]+$/.test(text)) return false;
  return (
    text.startsWith('+') ||
    /^\(\d{2,5}\)\s*\d/.test(text) ||
    /^\d{3}[-. ]\d{3}[-. ]\d{4}$/.test(text) ||
    /^0\d{1,5}[\s/-]\s*\d[\d\s-]{4,}$/.test(text)
  );
}
