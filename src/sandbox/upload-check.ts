import { isObject } from '../contract/json.ts';
import { type AttributeType, type AttributeTypes, kindOf, mergeType } from './store/attribute-types.ts';
import { checkRecord, errorLine } from './store/schema.ts';

/** A record that may be stored. */
export interface Accepted {
  readonly id: string;
  /** The record as JSON text. */
  readonly json: string;
}

/** What became of the records of one upload when they were held against the rules and the data set. */
export interface Inspection {
  /** A line for everything that breaks the schema; when there is one, no record of the call may be stored. */
  readonly invalid: readonly string[];
  /** A line for each attribute whose type differs from the data set's, and for each refused record. */
  readonly refused: readonly string[];
  /** The others, in the order of the call. */
  readonly accepted: readonly Accepted[];
  /** The types that the accepted records bring to the data set. */
  readonly learned: ReadonlyMap<string, AttributeType>;
}

/** Says in a line of the answer why a record is not wanted, whatever it holds; undefined for those that are. */
export type Refuse = (id: string, index: number) => string | undefined;

/** Checks the records of one upload and changes nothing. Earlier records set the types for the later ones. */
export function inspect(
  records: readonly unknown[],
  known: AttributeTypes,
  refuse: Refuse = () => undefined,
): Inspection {
  const invalid = records.flatMap((record, index) =>
    checkRecord(record).map((violation) => errorLine(index, violation)),
  );
  if (invalid.length > 0) return nothing(invalid);

  const refused: string[] = [];
  const accepted: Accepted[] = [];
  const learned = new Map<string, AttributeType>();
  for (const [index, record] of records.entries()) {
    if (!isObject(record) || typeof record['user_id'] !== 'string') continue; // checked above
    const id = record['user_id'];
    const unwanted = refuse(id, index);
    if (unwanted !== undefined) {
      refused.push(unwanted);
      continue;
    }
    const json = toJson(record);
    if (json === undefined) {
      invalid.push(errorLine(index, { path: '', reason: 'The attribute is nested too deeply.' }));
      continue;
    }
    const types = typesOf(record['custom_attributes'], (name) => learned.get(name) ?? known.get(name));
    if (types.conflicts.length === 0) {
      for (const [name, type] of types.learned) learned.set(name, type);
      accepted.push({ id, json });
    }
    for (const name of types.conflicts) {
      const reason = 'Its data type is not consistent with other records';
      refused.push(errorLine(index, { path: `custom_attributes.${name}`, reason }));
    }
  }
  return invalid.length > 0 ? nothing(invalid) : { invalid, refused, accepted, learned };
}

function nothing(invalid: readonly string[]): Inspection {
  return { invalid, refused: [], accepted: [], learned: new Map() };
}

/** The types that one record's attributes bring, and the names of those that do not fit what is known. */
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

function toJson(record: unknown): string | undefined {
  try {
    return JSON.stringify(record);
  } catch (error) {
    if (error instanceof RangeError) return undefined; // JSON.parse takes any depth, JSON.stringify does not
    throw error;
  }
}
