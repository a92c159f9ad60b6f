import { isObject, parseJson } from '../contract/json.ts';
import { rawKey, reasonsColumn } from '../contract/rejects-keys.ts';
import { fieldNames } from '../contract/user-fields.ts';
import { closest, shellWord } from '../text.ts';
import type { AttributesTarget, AttributeTarget, FieldTarget, KeptTarget, Target } from './columns/target.ts';
import type { RecordBuilder } from './record-builder.ts';
import { convert } from './values/convert.ts';
import type { DateRules } from './values/dates.ts';
import { InvalidValue } from './values/invalid-value.ts';
import { digitsOf } from './values/numbers.ts';

/** What reading a JSON object depends on. */
export interface JsonRules {
  readonly dates: DateRules;
  readonly listSeparator: string;
  readonly route: (key: string) => Target;
  /** Where each value of custom_attributes goes, when a setting names one of them. */
  readonly routeInside: ((name: string) => Target) | undefined;
}

/** The text and object of one JSON record. */
export interface JsonObject {
  readonly object: Readonly<Record<string, unknown>>;
  /** The record's text: numbers stand there with all their digits. */
  readonly raw: string;
}

interface Context {
  readonly builder: RecordBuilder;
  readonly raw: string;
  readonly rules: JsonRules;
}

/** One key of a JSON object, as it stands in the text, with its value. */
interface Found {
  readonly key: string;
  readonly value: unknown;
}

function refusal({ key, value }: Found): InvalidValue {
  const near = closest(key, fieldNames);
  return new InvalidValue("expected a field of Miso's user record", {
    value,
    hint:
      near === undefined
        ? 'Site-specific data belongs in custom_attributes: --unknown custom puts it there.'
        : `Was ${near} meant? --map ${shellWord(`${key}=${near}`)} says so.`,
  });
}

function takeField(target: FieldTarget, { key, value }: Found, { raw, rules: { dates } }: Context): unknown {
  if (typeof value !== 'number' || !target.field.isText || !dates.coerce) {
    return target.field.check(value, dates);
  }
  const digits = digitsOf(raw, key, value);
  if (digits !== undefined) return target.field.check(digits, dates);
  return new InvalidValue('expected a string', {
    value,
    hint: 'Only whole numbers become text unchanged: write it in quotes.',
  });
}

/** Applies --type, which is about texts: a value that has a type of its own keeps it. */
function takeTyped({ type }: AttributeTarget | KeptTarget, value: unknown, separator: string): unknown {
  return type === undefined || typeof value !== 'string' ? value : convert(value, type, separator);
}

function placeValue(
  context: Context,
  target: FieldTarget | AttributeTarget | KeptTarget,
  found: Found,
): void {
  const { builder, rules } = context;
  const { value } = found;
  if (target.kind === 'field' && value === null && rules.dates.coerce) {
    builder.changed = true;
    return;
  }
  const taken =
    target.kind === 'field'
      ? takeField(target, found, context)
      : takeTyped(target, value, rules.listSeparator);
  const faulty = taken instanceof InvalidValue;
  if (faulty) builder.reject(target.path, taken);
  else if (taken !== value) builder.changed = true;
  const kept = faulty ? value : taken;
  if (target.kind === 'attribute') builder.attributes.push({ target, value: kept, faulty });
  else builder.put(target, kept, faulty);
}

function placeAttributes(context: Context, target: AttributesTarget, value: unknown): void {
  const { builder, rules } = context;
  if (value === null && rules.dates.coerce) {
    builder.changed = true;
  } else if (!isObject(value)) {
    const hint = 'Write the attributes as {"plan":"pro"}.';
    builder.whole = value;
    builder.reject(target.path, new InvalidValue('expected an object', { value, hint }));
  } else if (rules.routeInside === undefined) {
    builder.whole = value;
  } else {
    const keys = Object.keys(value);
    if (keys.length === 0) builder.whole = value;
    for (const key of keys) place(context, rules.routeInside(key), { key, value: value[key] });
  }
}

function place(context: Context, target: Target, found: Found): void {
  const { builder } = context;
  if (!target.stays) builder.changed = true;
  switch (target.kind) {
    case 'ignored':
      return;
    case 'refused':
      builder.reject(target.source, refusal(found));
      builder.put(target, found.value, true);
      return;
    case 'attributes':
      placeAttributes(context, target, found.value);
      return;
    default:
      placeValue(context, target, found);
  }
}

/** Fills a builder from the keys of a JSON object; the object itself is left as it is. */
export function addObject(builder: RecordBuilder, { object, raw }: JsonObject, rules: JsonRules): void {
  const context: Context = { builder, raw, rules };
  for (const key in object) place(context, rules.route(key), { key, value: object[key] });
}

const expectedObject = 'expected a JSON object: one user record';

/** The object and text of a JSON record, also of one that a rejects file kept as text because it could not be read. */
export function objectOf(value: unknown, raw: string): JsonObject | InvalidValue {
  if (!isObject(value)) {
    const hint = Array.isArray(value) ? 'Put each record of the list on a line of its own.' : undefined;
    return new InvalidValue(expectedObject, { value, hint });
  }
  const kept = value[rawKey];
  if (typeof kept !== 'string' || Object.keys(value).some((key) => key !== rawKey && key !== reasonsColumn)) {
    return { object: value, raw };
  }
  const parsed = parseJson(kept);
  if (isObject(parsed)) return { object: parsed, raw: kept };
  return new InvalidValue(expectedObject, {
    value: kept,
    hint: 'Mend the text in _raw, or put the record in its place.',
  });
}
