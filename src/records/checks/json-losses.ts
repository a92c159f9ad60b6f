import type { JsonRecord } from '../../input/source.ts';
import { exampleOf, type WarningLog } from '../warnings.ts';

/** Whether a key occurs twice in an object of the record's text, so that text and value differ. */
export function hasDuplicateKeys(record: JsonRecord): boolean {
  return record.lossy?.some(isDuplicateKey) ?? false;
}

/** Warns when the text of a record says more than its value. */
export function warnOfLosses(record: JsonRecord, id: string, log: WarningLog): void {
  if (record.lossy === undefined || record.lossy.length === 0) return;
  const example = exampleOf(id, record);
  if (hasDuplicateKeys(record)) {
    log.add('duplicate-key', 'records with duplicate keys (the last value counts)', example);
  }
  if (!record.lossy.every(isDuplicateKey)) {
    const message =
      'records with whole numbers beyond 9007199254740991, which lose digits: put them in quotes';
    log.add('lossy-number', message, example);
  }
}

function isDuplicateKey(loss: string): boolean {
  return loss.startsWith('duplicate key');
}
