import { isObject } from '../contract/json.ts';
import { type AttributeType, type AttributeTypes, kindOf, mergeType } from './store/attribute-types.ts';
import { checkRecord, errorLine } from './store/schema.ts';

/** A record that may be stored. */
export interface Accepted {
  readonly id: string;
  /** The record as JSON text. */
  readonly json: string;
}

/** The records of one upload, checked against the schema and the data set. */
export interface UploadCheck {
  /** A line for each violation of the schema; if there is one, no record of the call may be stored. */
  readonly invalid: readonly string[];
  /** A line for each attribute whose type differs from the data set's, and for each refused record. */
  readonly refused: readonly string[];
  /** All other records, in the order of the call. */
  readonly accepted: readonly Accepted[];
  /** The attribute types that the accepted records add to the data set. */
  readonly learned: ReadonlyMap<string, AttributeType>;
}

/** The error line of a record that is refused although it is valid; undefined for all others. */
export type Refuse = (id: string, index: number) => string | undefined;

const accept: Refuse = () => undefined;

/** Checks the records of one upload; stores nothing. Earlier records set the types for later ones. */
export function checkUpload(
  records: readonly unknown[],
  known: AttributeTypes,
  refuse: Refuse = accept,
): UploadCheck {
  const invalid = records.flatMap((record, index) =>
    checkRecord(record).map((violation) => errorLine(index, violation)),
  );
  if (invalid.length > 0) return { invalid, refused: [], accepted: [], learned: new Map() };

  const refused: string[] = [];
  const accepted: Accepted[] = [];
  const learned = new Map<string, AttributeType>();
  for (const [index, record] of records.entries()) {
    if (!isObject(record) || typeof record['user_id'] !== 'string') continue; // checked above
    const id = record['user_id'];
    const line = refuse(id, index);
    if (line !== undefined) {
      refused.push(line);
      continue;
    }
    const types = typesOf(record['custom_attributes'], (name) => learned.get(name) ?? known.get(name));
    if (types.conflicts.length === 0) {
      for (const [name, type] of types.learned) learned.set(name, type);
      accepted.push({ id, json: JSON.stringify(record) });
    }
    for (const name of types.conflicts) {
      const reason = 'Its data type is not consistent with other records';
      refused.push(errorLine(index, { path: `custom_attributes.${name}`, reason }));
    }
  }
  return { invalid, refused, accepted, learned };
}

/**
 * The types that one record's attributes add, and the names of the attributes whose type differs from the
 * known one.
 */
export function typesOf(
  attributes: unknown,
  known: (name: string) => AttributeType | undefined,
): { learned: [name: string, type: AttributeType][]; conflicts: string[] } {
  const learned: [string, AttributeType][] = [];
  const conflicts: string[] = [];
  if (!isObject(attributes)) return { learned, conflicts };
  for (const name of Object.keys(attributes)) {
    const kind = kindOf(attributes[name]);
    if (!kind.allowed) continue;
    const before = known(name);
    const after = mergeType(before, kind.type);
    if (after === 'conflict') conflicts.push(name);
    else if (after !== undefined && after !== before) learned.push([name, after]);
  }
  return { learned, conflicts };
}
