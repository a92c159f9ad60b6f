import { isObject } from '../../contract/json.ts';
import {
  attributeName,
  attributePath,
  attributesField,
  fieldNames,
  isFieldName,
} from '../../contract/user-fields.ts';
import { UsageError } from '../../errors.ts';
import { closest, escapeInvisible } from '../../text.ts';
import type { ColumnSettings } from '../column-settings.ts';
import { attributeFaults } from '../values/attributes.ts';
import { convert } from '../values/convert.ts';
import { findUnencodable } from '../values/encodable.ts';
import { fields } from '../values/field-checks.ts';
import { InvalidValue } from '../values/invalid-value.ts';
import { show } from '../values/show.ts';
import { type AttributeTarget, type Entry, labelOf } from './target.ts';

/** The values that every record gets. */
export interface FixedValues {
  readonly fields: readonly Entry[];
  readonly attributes: readonly Entry<AttributeTarget>[];
  /** The paths of all values. They replace the values of a record. */
  readonly paths: ReadonlySet<string>;
}

/**
 * The values of --set, or of `columns.set` in a settings file, read like the cells of a table.
 * Throws UsageError for an unknown field and for a value that Miso would refuse.
 */
export function fixedValues(settings: ColumnSettings): FixedValues {
  const entries = new Map<string, Entry>();
  const attributes = new Map<string, Entry<AttributeTarget>>();
  const addAttribute = (name: string, value: unknown): void => {
    const entry = attributeEntry(name, value, settings);
    attributes.set(entry.target.path, entry);
  };
  // First, so that an attribute with its own --set overrides it.
  if (Object.hasOwn(settings.set, attributesField)) {
    const object = readAttributes(settings.set[attributesField]);
    for (const [name, value] of Object.entries(object)) addAttribute(name, value);
  }
  for (const [path, value] of Object.entries(settings.set)) {
    const name = attributeName(path);
    if (name !== undefined) addAttribute(name, value);
    else if (path === 'user_id' || !isFieldName(path)) throw cannotSet(path);
    else if (path !== attributesField) entries.set(path, fieldEntry(path, value, settings));
  }
  return {
    fields: [...entries.values()],
    attributes: [...attributes.values()],
    paths: new Set([...entries.keys(), ...attributes.keys()]),
  };
}

function cannotSet(path: string): UsageError {
  if (path === 'user_id') {
    return new UsageError('user_id cannot be set: every record would have the same id.', {
      hint: 'Name the column that is the user id with --id.',
    });
  }
  const near = closest(path, fieldNames);
  return new UsageError(`Cannot set ${show(path)}: not a Miso user field.`, {
    hint:
      near === undefined
        ? `Site-specific data belongs in custom_attributes: --set ${attributePath(escapeInvisible(path))}=...`
        : `Did you mean ${near}?`,
  });
}

function fieldEntry(path: string, value: unknown, { assumeUtc }: ColumnSettings): Entry {
  const field = fields.get(path)!;
  // A settings file may contain a number where the command line has text.
  const text = field.rule !== 'integer' && Number.isSafeInteger(value) ? String(value) : value;
  const target = {
    kind: 'field',
    field,
    source: '--set',
    path,
    label: labelOf(path),
    inPlace: false,
  } as const;
  return {
    target,
    value: requireValid(path, field.check(text, { coerce: true, assumeUtc })),
    invalid: false,
  };
}

function attributeEntry(name: string, value: unknown, settings: ColumnSettings): Entry<AttributeTarget> {
  const path = attributePath(name);
  const type = typeof value === 'string' ? settings.type[path] : undefined;
  const converted = type === undefined ? value : convert(value as string, type, settings.listSeparator);
  const valid = requireValid(path, converted);
  const [fault] = attributeFaults(valid);
  if (fault !== undefined) throw invalidSet(path, fault);
  const label = labelOf(name);
  const target = {
    kind: 'attribute',
    name,
    type: undefined,
    source: '--set',
    path,
    label,
    inPlace: false,
  } as const;
  return { target, value: valid, invalid: false };
}

function readAttributes(value: unknown): Readonly<Record<string, unknown>> {
  const converted = typeof value === 'string' ? convert(value, 'json', '') : value;
  if (converted instanceof InvalidValue) throw invalidSet(attributesField, converted);
  if (isObject(converted)) return converted;
  const hint = 'Set one attribute: custom_attributes.plan=pro';
  throw invalidSet(attributesField, new InvalidValue('expected an object', { value, hint }));
}

function requireValid(path: string, value: unknown): unknown {
  const fault = value instanceof InvalidValue ? value : findUnencodable(value);
  if (fault !== undefined) throw invalidSet(path, fault);
  return value;
}

function invalidSet(path: string, { reason, found, hint }: InvalidValue): UsageError {
  const what = found === undefined ? reason : `${reason}, found ${found}`;
  return new UsageError(`Invalid value to set for ${escapeInvisible(path)}: ${what}.`, { hint });
}
