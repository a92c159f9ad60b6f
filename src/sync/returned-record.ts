import type { JsonObject } from '../contract/json.ts';
import { isFieldName } from '../contract/user-fields.ts';
import { equalFingerprints, type Fingerprint } from './fingerprint/fingerprint.ts';
import type { Fingerprints } from './fingerprint/fingerprints.ts';

const ages = Array.from({ length: 121 }, (_, age) => age);

/**
 * Whether `isSent` holds for a record that Miso may return as this one: it adds keys of its own, and may omit
 * the age.
 */
export function isReturned(
  record: JsonObject,
  fingerprints: Fingerprints,
  isSent: (print: Fingerprint) => boolean,
): boolean {
  const fields = Object.fromEntries(Object.entries(record).filter(([name]) => isFieldName(name)));
  const matches = (one: JsonObject) => isSent(fingerprints.ofRecord(JSON.stringify(one)));
  if (matches(record) || matches(fields)) return true;
  return fields['age'] === undefined && ages.some((age) => matches({ ...fields, age }));
}

/** The same for one record that was sent. */
export function isSameRecord(sent: Fingerprint, returned: JsonObject, fingerprints: Fingerprints): boolean {
  return isReturned(returned, fingerprints, (print) => equalFingerprints(print, sent));
}
