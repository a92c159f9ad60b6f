import type { JsonRecord } from '../../input/source.ts';
import type { WarningLog } from '../warnings.ts';
import { exampleOf } from '../warnings.ts';

function isDuplicateKey(loss: string): boolean {
  return loss.startsWith('duplicate key');
}

/** Whether the text of a record gives a key twice, so that the record is not what its text says. */
export function hasDuplicateKeys(record: JsonRecord): boolean {
  return record.lossy?.some(isDuplicateKey) ?? false;
}

/** Warns of what the text of a record holds beyond its value. */
export function warnOfLosses(record: JsonRecord, id: string, log: WarningLog): void {
  if (record.lossy === undefined || record.lossy.length === 0) return;
  const example = exampleOf(id, record);
  if (hasDuplicateKeys(record)) {
    log.add('duplicate-key', 'records that give a key twice: the last value is the one that counts', example);
  }
  if (!record.lossy.every(isDuplicateKey)) {
    const message =
      'records with whole numbers beyond 9007199254740991, which lose digits: write them as text, in quotes';
    log.add('lossy-number', message, example);
  }
}
