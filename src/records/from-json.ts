import { isObject, type JsonObject, parseJson } from '../contract/json.ts';
import { isHashMarker, isReasonsColumn, rawKey } from '../contract/rejects-keys.ts';
import { fieldNames } from '../contract/user-fields.ts';
import { closest, shellWord } from '../text.ts';
import type {
  AttributesTarget,
  AttributeTarget,
  Entry,
  FieldTarget,
  KeptTarget,
  Target,
} from './columns/target.ts';
import type { RecordBuilder } from './record-builder.ts';
import { convert } from './values/convert.ts';
import type { DateRules } from './values/dates.ts';
import type { Field } from './values/field-checks.ts';
import { InvalidValue } from './values/invalid-value.ts';

/** How JSON records are read. */
export interface JsonRules {
  readonly dates: DateRules;
  /** A null removes the field of a user. With `coerce`, it is left out instead. */
  readonly keepsNulls: boolean;
  readonly listSeparator: string;
  readonly route: (key: string) => Target;
  /** Where each value of custom_attributes goes; undefined when all of them stay. */
  readonly routeAttribute: ((name: string) => Target) | undefined;
}

/** A JSON record: its object and its text. */
export interface JsonSource {
  readonly object: JsonObject;
  readonly raw: string;
}

const notAnObject = 'expected a JSON object: one user record';

/**
 * The JSON object of a record. In a rejects file, `_raw` holds the text of a record that could not be parsed.
 */
export function jsonSource(value: unknown, raw: string): JsonSource | InvalidValue {
  if (!isObject(value)) {
    const hint = Array.isArray(value) ? 'Put each record of the list on a line of its own.' : undefined;
    return new InvalidValue(notAnObject, { value, hint });
  }
  const kept = value[rawKey];
  if (
    typeof kept !== 'string' ||
    Object.keys(value).some((key) => key !== rawKey && !isReasonsColumn(key) && !isHashMarker(key))
  ) {
    return { object: value, raw };
  }
  const parsed = parseJson(kept);
  if (isObject(parsed)) return { object: parsed, raw: kept };
  return new InvalidValue(notAnObject, {
    value: kept,
    hint: 'Fix the text in _raw, or replace it with the record.',
  });
}

/** Adds the keys of a JSON object to a record. */
export function addObject(builder: RecordBuilder, object: JsonObject, rules: JsonRules): void {
  for (const key in object)
    addEntry(builder, { target: rules.route(key), value: object[key], invalid: false, text: key }, rules);
}

function addEntry(builder: RecordBuilder, entry: Entry, rules: JsonRules): void {
  const { target, value } = entry;
  if (!target.inPlace) builder.changed = true;
  switch (target.kind) {
    case 'ignored':
      return;
    case 'refused':
      if (target.problem !== undefined) builder.reject(target.path, target.problem);
      else {
        builder.reject(target.source, unknownField(target.source, value));
        builder.put({ ...entry, invalid: true });
      }
      return;
    case 'attributes':
      addAttributes(builder, { target, value }, rules);
      return;
    default:
      addValue(builder, entry as Entry<ValueTarget>, rules);
  }
}

type ValueTarget = FieldTarget | AttributeTarget | KeptTarget;

function addValue(builder: RecordBuilder, entry: Entry<ValueTarget>, rules: JsonRules): void {
  const { target, value } = entry;
  if (target.kind === 'field' && value === null && rules.dates.coerce) {
    builder.changed = true;
    return;
  }
  const read = isRemoval(entry, rules)
    ? value
    : target.kind === 'field'
      ? readField(builder, entry, target.field, rules)
      : readTyped(target, value, rules);
  let kept = entry;
  if (read instanceof InvalidValue) {
    builder.reject(target.path, read);
    kept = { ...entry, invalid: true };
  } else if (read !== value) {
    builder.changed = true;
    kept = { target, value: read, invalid: false };
  }
  if (target.kind === 'attribute' && target.isUnknown) builder.unknownKeys.push(target.source);
  if (isAttribute(kept)) builder.attributes.push(kept);
  else builder.put(kept);
}

function isRemoval({ target, value }: Pick<Entry, 'target' | 'value'>, { keepsNulls }: JsonRules): boolean {
  return keepsNulls && value === null && target.path !== 'user_id';
}

function isAttribute(entry: Entry<ValueTarget>): entry is Entry<AttributeTarget> {
  return entry.target.kind === 'attribute';
}

const digitsOnly = /^-?\d+$/;

function readField(
  builder: RecordBuilder,
  { value, text }: Entry,
  field: Field,
  { dates }: JsonRules,
): unknown {
  if (typeof value !== 'number' || !field.isText || !dates.coerce) return field.check(value, dates);
  // The text has all the digits, where the parsed number may have lost some.
  const digits = text === undefined ? undefined : builder.text?.of(text);
  if (digits !== undefined && digitsOnly.test(digits)) return field.check(digits, dates);
  return new InvalidValue('expected a string', {
    value,
    hint: 'Only whole numbers can be converted to text: put it in quotes.',
  });
}

/** --type is for texts: a value of another type keeps it. */
function readTyped(
  { type }: AttributeTarget | KeptTarget,
  value: unknown,
  { listSeparator }: JsonRules,
): unknown {
  return type === undefined || typeof value !== 'string' ? value : convert(value, type, listSeparator);
}

function addAttributes(
  builder: RecordBuilder,
  { target, value }: Pick<Entry<AttributesTarget>, 'target' | 'value'>,
  rules: JsonRules,
): void {
  const { routeAttribute } = rules;
  const { path, source } = target;
  if (value === null && rules.dates.coerce) {
    builder.changed = true;
    return;
  }
  if (!isObject(value) && !isRemoval({ target, value }, rules)) {
    const hint = 'Write the attributes as {"plan":"pro"}.';
    builder.reject(path, new InvalidValue('expected an object', { value, hint }));
  }
  if (!isObject(value) || routeAttribute === undefined || Object.keys(value).length === 0) {
    builder.putAttributes(value, source);
    return;
  }
  for (const name in value) {
    const target = routeAttribute(name);
    addEntry(builder, { target, value: value[name], invalid: false, text: [source, name] }, rules);
  }
}

function unknownField(key: string, value: unknown): InvalidValue {
  const near = closest(key, fieldNames);
  return new InvalidValue('not a Miso user field', {
    value,
    hint:
      near === undefined
        ? 'Site-specific data belongs in custom_attributes: use --unknown custom.'
        : `Did you mean ${near}? Use --map ${shellWord(`${key}=${near}`)}`,
  });
}
