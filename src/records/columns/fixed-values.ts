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
import type { Entry } from '../record-builder.ts';
import { attributeFaults } from '../values/attributes.ts';
import { convert } from '../values/convert.ts';
import { unsendable } from '../values/encodable.ts';
import { fields } from '../values/field-checks.ts';
import { InvalidValue } from '../values/invalid-value.ts';
import { show } from '../values/show.ts';
import type { AttributeTarget } from './target.ts';

/** The values that every record gets. */
export interface FixedValues {
  readonly fields: readonly Entry[];
  readonly attributes: readonly Entry<AttributeTarget>[];
  /** The paths of all of them: what a record itself says there does not count. */
  readonly paths: ReadonlySet<string>;
}

function refuse(path: string, fault: InvalidValue): never {
  const found = fault.found === undefined ? '' : `, found ${fault.found}`;
  throw new UsageError(
    `The value to set for ${escapeInvisible(path)} cannot be used: ${fault.reason}${found}.`,
    {
      hint: fault.hint,
    },
  );
}

function checked(path: string, value: unknown): unknown {
  if (value instanceof InvalidValue) return refuse(path, value);
  const fault = unsendable(value);
  return fault === undefined ? value : refuse(path, fault);
}

/** A settings file gives numbers and dates where the command line gives texts: both are read alike. */
function asText(value: unknown): unknown {
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString();
  return Number.isSafeInteger(value) ? String(value) : value;
}

function fieldEntry(path: string, value: unknown, settings: ColumnSettings): Entry {
  const field = fields.get(path)!;
  const text = field.rule === 'integer' ? value : asText(value);
  const taken = field.check(text, { coerce: true, assumeUtc: settings.assumeUtc });
  const target = {
    kind: 'field',
    field,
    source: '--set',
    path,
    label: `${JSON.stringify(path)}:`,
    stays: false,
  } as const;
  return { target, value: checked(path, taken), faulty: false };
}

function attributeEntry(name: string, value: unknown, settings: ColumnSettings): Entry<AttributeTarget> {
  const path = attributePath(name);
  const type = typeof value === 'string' ? settings.type[path] : undefined;
  const typed = value instanceof Date ? asText(value) : value;
  const taken = checked(
    path,
    type === undefined ? typed : convert(value as string, type, settings.listSeparator),
  );
  const [fault] = attributeFaults(taken);
  if (fault !== undefined) refuse(path, fault);
  const label = `${JSON.stringify(name)}:`;
  const target = {
    kind: 'attribute',
    name,
    type: undefined,
    source: '--set',
    path,
    label,
    stays: false,
  } as const;
  return { target, value: taken, faulty: false };
}

function attributesIn(value: unknown): Readonly<Record<string, unknown>> {
  const taken = typeof value === 'string' ? convert(value, 'json', '') : value;
  if (taken instanceof InvalidValue) return refuse(attributesField, taken);
  if (isObject(taken)) return taken;
  return refuse(
    attributesField,
    new InvalidValue('expected an object', { value, hint: 'Set one attribute: custom_attributes.plan=pro.' }),
  );
}

function checkPath(path: string): void {
  if (path === 'user_id') {
    throw new UsageError('user_id cannot be set: every record would have the same one.', {
      hint: 'Name the column that holds the ids with --id.',
    });
  }
  const near = closest(path, fieldNames);
  throw new UsageError(`${show(path)} cannot be set: it is no field of Miso's user record.`, {
    hint:
      near === undefined
        ? `Site-specific data belongs in custom_attributes: --set custom_attributes.${escapeInvisible(path)}=...`
        : `Was ${near} meant?`,
  });
}

/**
 * Reads the values of --set (or `columns.set` of a settings file) once, as a cell of a table would be read.
 * Throws UsageError for an unknown field and for a value that Miso would not take.
 */
export function fixedValues(settings: ColumnSettings): FixedValues {
  const entries = new Map<string, Entry>();
  const attributes = new Map<string, Entry<AttributeTarget>>();
  const addAttribute = (name: string, value: unknown): void => {
    const entry = attributeEntry(name, value, settings);
    attributes.set(entry.target.path, entry);
  };
  // The object as a whole comes first, so that an attribute that is named on its own wins.
  const whole = Object.entries(settings.set).find(([path]) => path === attributesField);
  if (whole !== undefined) {
    for (const [name, item] of Object.entries(attributesIn(whole[1]))) addAttribute(name, item);
  }
  for (const [path, value] of Object.entries(settings.set)) {
    const name = attributeName(path);
    if (name !== undefined) addAttribute(name, value);
    else if (path === 'user_id' || !isFieldName(path)) checkPath(path);
    else if (path !== attributesField) entries.set(path, fieldEntry(path, value, settings));
  }
  return {
    fields: [...entries.values()],
    attributes: [...attributes.values()],
    paths: new Set([...entries.keys(), ...attributes.keys()]),
  };
}
