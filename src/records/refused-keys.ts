import { keepTextOf } from '../contract/exact-json.ts';
import { isObject, type JsonObject } from '../contract/json.ts';
import { attributePath, attributesField, isFieldName, refusedMember } from '../contract/user-fields.ts';
import { PathCounts } from './path-counts.ts';
import { attributeTypeOf } from './values/attributes.ts';
import { findUnencodable } from './values/encodable.ts';
import { fields } from './values/field-checks.ts';
import { InvalidValue } from './values/invalid-value.ts';

/** A record that Miso returned, in a form that upload accepts. */
export interface SeparatedRecord {
  /** Keys that upload would refuse are in its member `_miso`, which upload ignores. */
  readonly record: JsonObject;
  /** The paths of those keys. */
  readonly refused: readonly string[];
}

/** Moves keys outside Miso's record, and values that upload's checks reject, into one member. */
export function separateRefused(record: JsonObject): SeparatedRecord {
  const top = split(record, isAccepted);
  const attributes = record[attributesField];
  const inner = isObject(attributes) ? split(attributes, isAcceptedAttribute) : undefined;
  const refusedAttributes = inner?.refused ?? [];
  const refused = [
    ...top.refused.map(([name]) => name),
    ...refusedAttributes.map(([name]) => attributePath(name)),
  ];
  if (refused.length === 0) return { record, refused };
  const kept = top.accepted.map(([name, value]) => {
    return inner && name === attributesField
      ? ([name, Object.fromEntries(inner.accepted)] as const)
      : ([name, value] as const);
  });
  const apart = [
    ...top.refused,
    ...(refusedAttributes.length > 0
      ? [[attributesField, Object.fromEntries(refusedAttributes)] as const]
      : []),
  ];
  return { record: Object.fromEntries([...kept, [refusedMember, Object.fromEntries(apart)]]), refused };
}

type Entries = readonly (readonly [name: string, value: unknown])[];

function split(
  object: JsonObject,
  accepts: (name: string, value: unknown) => boolean,
): { readonly accepted: Entries; readonly refused: Entries } {
  const [accepted, refused]: [[string, unknown][], [string, unknown][]] = [[], []];
  for (const entry of Object.entries(object)) (accepts(...entry) ? accepted : refused).push(entry);
  return { accepted, refused };
}

/** Upload's default rules for JSON. */
const strict = { coerce: false, assumeUtc: false };

function isAccepted(name: string, value: unknown): boolean {
  if (!isFieldName(name)) return false;
  const field = fields.get(name);
  if (field === undefined) return isObject(value);
  return !(field.check(value, strict) instanceof InvalidValue) && findUnencodable(value) === undefined;
}

function isAcceptedAttribute(name: string, value: unknown): boolean {
  return name.isWellFormed() && attributeTypeOf(value) !== undefined && findUnencodable(value) === undefined;
}

/** Moves and counts the keys that upload would refuse in the records of a run. */
export class RefusedKeys {
  readonly #paths = new PathCounts('other keys');

  separate(record: JsonObject): JsonObject {
    const separated = separateRefused(record);
    this.add(separated.refused);
    return keepTextOf(record, separated.record);
  }

  /** Counts the keys of a record that was separated elsewhere. */
  add(paths: readonly string[]): void {
    this.#paths.add(paths);
  }

  /** The number of records with each key. */
  get counts(): Readonly<Record<string, number>> {
    return this.#paths.counts;
  }

  /** The warning for the user; undefined when upload accepts everything. */
  get warning(): string | undefined {
    if (this.#paths.isEmpty) return undefined;
    return `Upload would refuse ${this.#paths.list('record')}; they are under the key ${refusedMember}, which upload ignores.`;
  }
}
