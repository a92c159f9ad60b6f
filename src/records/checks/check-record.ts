import { isObject, parseJson } from '../../contract/json.ts';
import { attributePath, attributesField } from '../../contract/user-fields.ts';
import type { SourceRecord } from '../../input/source.ts';
import { shellWord } from '../../text.ts';
import { idCandidates } from '../columns/name-hints.ts';
import type { Reason, UserRecord } from '../record.ts';
import { RecordBuilder } from '../record-builder.ts';
import type { AttributeTypes, UnusualTypes } from '../values/attribute-types.ts';
import { attributeFaults, attributeTypeOf } from '../values/attributes.ts';
import { findUnencodable } from '../values/encodable.ts';
import { InvalidValue } from '../values/invalid-value.ts';
import { show } from '../values/show.ts';

/**
 * The checks that require more than one value: the id, kept keys, and the types of custom attributes. Adds
 * the reasons to the record. Returns the attributes whose type is new or differs from most.
 */
export function checkRecord(
  builder: RecordBuilder,
  source: SourceRecord,
  { types, idSources }: { readonly types: AttributeTypes; readonly idSources: readonly string[] },
): UnusualTypes {
  const unusual: UnusualTypes = [];
  const context: Context = { builder, types, unusual };
  if (source.kind === 'json' && idSources.length > 0 && !hasIdFrom(builder, idSources))
    builder.reject('user_id', missingNamedId(builder, idSources));
  else if (!builder.hasId) builder.reject('user_id', missingId(source));
  for (const { target, value, invalid } of builder.fields) {
    if (!invalid && target.kind === 'kept') rejectUnencodable(builder, target.path, value);
  }
  if (isObject(builder.attributesObject)) {
    for (const name in builder.attributesObject)
      checkAttribute({ name, value: builder.attributesObject[name] }, context);
  }
  for (const { target, value, invalid } of builder.attributes) {
    if (!invalid) checkAttribute({ name: target.name, value, isUnknown: target.isUnknown }, context);
  }
  return unusual;
}

/**
 * Parsed from the record's text on demand, because few runs have an attribute with several types.
 */
export function typeConflicts(record: UserRecord, types: AttributeTypes): readonly Reason[] {
  const object = parseJson(record.json);
  const attributes = isObject(object) ? object[attributesField] : undefined;
  if (!isObject(attributes)) return [];
  const builder = new RecordBuilder();
  for (const name in attributes) {
    const type = attributeTypeOf(attributes[name]);
    const conflict = type && types.conflict(name, type, attributes[name]);
    if (conflict) builder.reject(attributePath(name), conflict);
  }
  return builder.reasons;
}

/**
 * Rejects strings and keys that JSON can contain but UTF-8 cannot encode. Slow, so it is called only when the
 * text may contain some.
 */
export function checkEncodable(builder: RecordBuilder): void {
  for (const { target, value } of builder.fields) rejectUnencodable(builder, target.path, value);
  rejectUnencodable(builder, attributesField, builder.attributesObject);
  for (const { target, value } of builder.attributes) {
    rejectUnencodable(builder, attributesField, target.name);
    rejectUnencodable(builder, target.path, value);
  }
}

function rejectUnencodable(builder: RecordBuilder, path: string, value: unknown): void {
  const fault = findUnencodable(value);
  if (fault !== undefined) builder.reject(path, fault);
}

interface Context {
  readonly builder: RecordBuilder;
  readonly types: AttributeTypes;
  readonly unusual: UnusualTypes;
}

interface Attribute {
  readonly name: string;
  readonly value: unknown;
  readonly isUnknown?: true | undefined;
}

function checkAttribute({ name, value, isUnknown }: Attribute, { builder, types, unusual }: Context): void {
  const type = attributeTypeOf(value);
  if (type === undefined) {
    for (const { reason, found, hint, at } of attributeFaults(value)) {
      const hints = [hint, isUnknown && 'To leave out all unknown keys, use --unknown drop.'];
      const text = hints.filter(Boolean).join(' ');
      builder.reject(attributePath(name), { reason, found, hint: text === '' ? undefined : text, at });
    }
    return;
  }
  if (types.isUnusual(name, type)) unusual.push([name, type]);
}

function hasIdFrom(builder: RecordBuilder, sources: readonly string[]): boolean {
  return builder.fields.some(({ target }) => target.path === 'user_id' && sources.includes(target.source));
}

/** No other id is used instead, because that would mix two kinds of ids. */
function missingNamedId(builder: RecordBuilder, sources: readonly string[]): InvalidValue {
  const names = sources.map((source) => show(source)).join(' or ');
  return new InvalidValue(`no key ${names}, which is the user id`, {
    found: builder.hasId ? `only user_id ${show(builder.id)}` : 'none',
    hint: 'Upload records with another kind of id separately, with their own --id.',
  });
}

function missingId(source: SourceRecord): InvalidValue {
  const keys =
    source.kind === 'json' && isObject(source.value) ? idCandidates(Object.keys(source.value)) : [];
  return new InvalidValue('user_id is missing', {
    found: source.kind === 'row' ? 'an empty cell' : 'none',
    hint:
      keys[0] === undefined
        ? "Every record needs the user's id on your site."
        : `If another key is the user id, name it: --id ${keys.map(shellWord).join(' or --id ')}`,
  });
}
