import { hasDuplicateKeys } from '../../contract/json-text.ts';
import type { JsonRecord } from '../../input/source.ts';
import type { JsonSource } from '../from-json.ts';
import type { RecordBuilder } from '../record-builder.ts';
import { exampleOf, type WarningLog } from '../warnings.ts';

/** Whether an object in the record's text has duplicate keys, so that text and value differ. */
export function repeatsKeys(record: JsonRecord, { object, raw }: JsonSource): boolean {
  // The reader checked the record, but not the original text that a rejects file keeps in it.
  if (object !== record.value) return hasDuplicateKeys(raw, object);
  return record.lossy?.some(isDuplicateKey) ?? false;
}

/** Warns when parsing the text of a record loses data. */
export function warnOfLosses(record: JsonRecord, builder: RecordBuilder, log: WarningLog): void {
  const hasDuplicates = builder.text?.hasDuplicateKeys;
  if (record.lossy === undefined && !hasDuplicates) return;
  const example = exampleOf(builder.id ?? '', record);
  if (hasDuplicates) {
    log.add('duplicate-key', 'records with duplicate keys (the last value is used)', example);
  }
  // A number that --coerce converted to text keeps its digits.
  if (!record.lossy?.every(isDuplicateKey) && builder.values().some(hasUnsafeInteger)) {
    const message =
      'records with whole numbers beyond 9007199254740991, which Miso may round: put them in quotes to be safe';
    log.add('lossy-number', message, example);
  }
}

function isDuplicateKey(loss: string): boolean {
  return loss.startsWith('duplicate key');
}

function hasUnsafeInteger(value: unknown): boolean {
  if (typeof value === 'number') return Number.isInteger(value) && !Number.isSafeInteger(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(hasUnsafeInteger);
}
