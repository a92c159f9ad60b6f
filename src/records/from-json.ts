import { isObject, type JsonObject, parseJson } from '../contract/json.ts';
import { rawKey, reasonsColumn } from '../contract/rejects-keys.ts';
import { fieldNames } from '../contract/user-fields.ts';
import { closest, shellWord } from '../text.ts';
import type { AttributesTarget, AttributeTarget, FieldTarget, KeptTarget, Target } from './columns/target.ts';
import type { RecordBuilder } from './record-builder.ts';
import type { TextPath } from './source-text.ts';
import { convert } from './values/convert.ts';
import type { DateRules } from './values/dates.ts';
import { InvalidValue } from './values/invalid-value.ts';

/** How JSON records are read. */
export interface JsonRules {
  readonly dates: DateRules;
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

/** One key of a JSON object with its value. */
interface Member {
  readonly key: string;
  readonly value: unknown;
  readonly text: TextPath;
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
  if (typeof kept !== 'string' || Object.keys(value).some((key) => key !== rawKey && key !== reasonsColumn)) {
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
    addMember({ builder, rules }, rules.route(key), { key, value: object[key], text: key });
}

interface Context {
  readonly builder: RecordBuilder;
  readonly rules: JsonRules;
}

function addMember(context: Context, target: Target, member: Member): void {
  const { builder } = context;
  const { value, text } = member;
  if (!target.inPlace) builder.changed = true;
  switch (target.kind) {
    case 'ignored':
      return;
    case 'refused':
      builder.reject(target.source, unknownField(member));
      builder.put({ target, value, invalid: true, text });
      return;
    case 'attributes':
      addAttributes(context, target, member);
      return;
    default:
      addValue(context, target, member);
  }
}

function addValue(
  context: Context,
  target: FieldTarget | AttributeTarget | KeptTarget,
  member: Member,
): void {
  const { builder, rules } = context;
  const { value, text } = member;
  if (target.kind === 'field' && value === null && rules.dates.coerce) {
    builder.changed = true;
    return;
  }
  const read = target.kind === 'field' ? readField(context, target, member) : readTyped(target, value, rules);
  const invalid = read instanceof InvalidValue;
  if (invalid) builder.reject(target.path, read);
  else if (read !== value) builder.changed = true;
  const kept = invalid ? value : read;
  const original = kept === value ? text : undefined;
  if (target.kind === 'attribute' && target.isUnknown) builder.unknownKeys.push(member.key);
  if (target.kind === 'attribute') builder.attributes.push({ target, value: kept, invalid, text: original });
  else builder.put({ target, value: kept, invalid, text: original });
}

const digitsOnly = /^-?\d+$/;

function readField(
  { builder, rules: { dates } }: Context,
  { field }: FieldTarget,
  { value, text }: Member,
): unknown {
  if (typeof value !== 'number' || !field.isText || !dates.coerce) return field.check(value, dates);
  // The text has all the digits, where the parsed number may have lost some.
  const digits = builder.text?.of(text);
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

function addAttributes(context: Context, { path, source }: AttributesTarget, { value }: Member): void {
  const { builder, rules } = context;
  const { routeAttribute } = rules;
  if (value === null && rules.dates.coerce) {
    builder.changed = true;
    return;
  }
  if (!isObject(value)) {
    const hint = 'Write the attributes as {"plan":"pro"}.';
    builder.reject(path, new InvalidValue('expected an object', { value, hint }));
  }
  if (!isObject(value) || routeAttribute === undefined || Object.keys(value).length === 0) {
    builder.putAttributes(value, source);
    return;
  }
  for (const key in value)
    addMember(context, routeAttribute(key), { key, value: value[key], text: [source, key] });
}

function unknownField({ key, value }: Member): InvalidValue {
  const near = closest(key, fieldNames);
  return new InvalidValue('not a Miso user field', {
    value,
    hint:
      near === undefined
        ? 'Site-specific data belongs in custom_attributes: use --unknown custom.'
        : `Did you mean ${near}? Use --map ${shellWord(`${key}=${near}`)}`,
  });
}
