import { isObject } from '../../contract/json.ts';
import { attributePath, attributesField } from '../../contract/user-fields.ts';
import type { SourceRecord } from '../../input/source.ts';
import { shellWord } from '../../text.ts';
import { idCandidates } from '../columns/name-hints.ts';
import type { RecordBuilder } from '../record-builder.ts';
import type { AttributeTypes, Settled } from '../values/attribute-types.ts';
import { attributeFaults, attributeTypeOf } from '../values/attributes.ts';
import { unsendable } from '../values/encodable.ts';
import { InvalidValue } from '../values/invalid-value.ts';

function missingId(source: SourceRecord): InvalidValue {
  const keys =
    source.kind === 'json' && isObject(source.value) ? idCandidates(Object.keys(source.value)) : [];
  return new InvalidValue('expected a user_id: every record needs one', {
    found: source.kind === 'row' ? 'an empty cell' : 'none',
    hint:
      keys[0] === undefined
        ? 'Give the record the id under which your site knows the user.'
        : `If another field is the user id, name it: --id ${keys.map(shellWord).join(' or --id ')}.`,
  });
}

/**
 * The checks that need more than one value: what is missing, and the types of attributes across records. Adds their
 * reasons to the builder, and returns what the record settles for its successors.
 */
export function judge(builder: RecordBuilder, source: SourceRecord, types: AttributeTypes): Settled {
  const settled: Settled = [];
  const context: Context = { builder, types, settled };
  if (!builder.hasId) builder.reject('user_id', missingId(source));
  for (const { target, value, faulty } of builder.fields) {
    if (faulty || target.kind !== 'kept') continue;
    const fault = unsendable(value);
    if (fault !== undefined) builder.reject(target.path, fault);
  }
  if (isObject(builder.whole)) {
    for (const name in builder.whole) judgeAttribute(name, builder.whole[name], context);
  }
  for (const { target, value, faulty } of builder.attributes) {
    if (!faulty) judgeAttribute(target.name, value, context);
  }
  return settled;
}

/** The strings and keys that JSON text can hold and Miso cannot: looked at only where the text gives cause. */
export function judgeTexts(builder: RecordBuilder): void {
  for (const { target, value } of builder.fields) rejectUnsendable(builder, target.path, value);
  rejectUnsendable(builder, attributesField, builder.whole);
  for (const { target, value } of builder.attributes) {
    rejectUnsendable(builder, attributesField, target.name);
    rejectUnsendable(builder, target.path, value);
  }
}

function rejectUnsendable(builder: RecordBuilder, path: string, value: unknown): void {
  const fault = unsendable(value);
  if (fault !== undefined) builder.reject(path, fault);
}

interface Context {
  readonly builder: RecordBuilder;
  readonly types: AttributeTypes;
  readonly settled: Settled;
}

function judgeAttribute(name: string, value: unknown, { builder, types, settled }: Context): void {
  const type = attributeTypeOf(value);
  if (type === undefined) {
    for (const fault of attributeFaults(value)) builder.reject(attributePath(name), fault);
    return;
  }
  const conflict = types.conflict(name, type, value);
  if (conflict !== undefined) builder.reject(attributePath(name), conflict);
  else if (types.settles(name, type)) settled.push([name, type]);
}
