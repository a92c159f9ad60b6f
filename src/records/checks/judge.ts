import { isObject } from '../../contract/json.ts';
import { attributePath, attributesField } from '../../contract/user-fields.ts';
import type { SourceRecord } from '../../input/source.ts';
import type { Draft } from '../columns/draft.ts';
import { idCandidates } from '../columns/id-candidates.ts';
import { unsendable } from '../sendable.ts';
import type { AttributeTypes, Settled } from '../values/attribute-types.ts';
import { attributeFaults, attributeTypeOf } from '../values/attributes.ts';
import { asArgument } from '../values/show.ts';
import { Fault } from './fault.ts';

function missingId(source: SourceRecord): Fault {
  const keys =
    source.kind === 'json' && isObject(source.value) ? idCandidates(Object.keys(source.value)) : [];
  return new Fault('expected a user_id: every record needs one', {
    found: source.kind === 'row' ? 'an empty cell' : 'none',
    hint:
      keys[0] === undefined
        ? 'Give the record the id under which your site knows the user.'
        : `If another field is the user id, name it: --id ${keys.map(asArgument).join(' or --id ')}.`,
  });
}

/**
 * The checks that need more than one value: what is missing, and the types of attributes across records. Adds their
 * reasons to the draft, and returns what the record settles for its successors.
 */
export function judge(draft: Draft, source: SourceRecord, types: AttributeTypes): Settled {
  const settled: Settled = [];
  const context: Context = { draft, types, settled };
  if (!draft.hasId) draft.reject('user_id', missingId(source));
  for (const { target, value, faulty } of draft.fields) {
    if (faulty || target.kind !== 'kept') continue;
    const fault = unsendable(value);
    if (fault !== undefined) draft.reject(target.path, fault);
  }
  if (isObject(draft.whole)) {
    for (const name in draft.whole) judgeAttribute(name, draft.whole[name], context);
  }
  for (const { target, value, faulty } of draft.attributes) {
    if (!faulty) judgeAttribute(target.name, value, context);
  }
  return settled;
}

/** The strings and keys that JSON text can hold and Miso cannot: looked at only where the text gives cause. */
export function judgeTexts(draft: Draft): void {
  for (const { target, value } of draft.fields) rejectUnsendable(draft, target.path, value);
  rejectUnsendable(draft, attributesField, draft.whole);
  for (const { target, value } of draft.attributes) {
    rejectUnsendable(draft, attributesField, target.name);
    rejectUnsendable(draft, target.path, value);
  }
}

function rejectUnsendable(draft: Draft, path: string, value: unknown): void {
  const fault = unsendable(value);
  if (fault !== undefined) draft.reject(path, fault);
}

interface Context {
  readonly draft: Draft;
  readonly types: AttributeTypes;
  readonly settled: Settled;
}

function judgeAttribute(name: string, value: unknown, { draft, types, settled }: Context): void {
  const type = attributeTypeOf(value);
  if (type === undefined) {
    for (const fault of attributeFaults(value)) draft.reject(attributePath(name), fault);
    return;
  }
  const conflict = types.conflict(name, type, value);
  if (conflict !== undefined) draft.reject(attributePath(name), conflict);
  else if (types.settles(name, type)) settled.push([name, type]);
}
