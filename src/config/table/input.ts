import { formatList, formatNames } from '../../input/formats.ts';
import type { ColumnSettings } from '../../records/column-settings.ts';
import { jsonValue, mapOf, nameSet } from '../rules/maps.ts';
import { boolean, delimiter, encoding, oneOf, path, text, textOf } from '../rules/scalars.ts';
import { inputs, recordInputs, uploads } from './commands.ts';
import type { Setting } from './setting.ts';

const columnTypes = ['string', 'number', 'boolean', 'list', 'json'] as const;
const unknownColumns = ['custom', 'drop', 'error', 'keep'] as const;

/** What the input is. */
export const inputSettings = {
  format: {
    rule: oneOf(formatNames),
    example: 'csv',
    description: `Input format: ${formatList}`,
    unset: 'by extension, then by content',
    flag: {
      value: 'format',
      choices: formatNames,
      help: formatList,
      group: 'Input',
      on: recordInputs,
    },
  },
  delimiter: {
    rule: delimiter,
    example: ';',
    description: 'Delimiter of CSV files',
    unset: 'detected',
    flag: { value: 'character', help: 'CSV delimiter', group: 'Input', on: inputs },
  },
  encoding: {
    rule: encoding,
    example: 'windows-1252',
    description: 'Encoding of the input',
    unset: 'UTF-8, or UTF-16 with a BOM',
    flag: { value: 'name', help: 'such as windows-1252', group: 'Input', on: inputs },
  },
} as const satisfies Readonly<Record<string, Setting<unknown>>>;

type ColumnTable = {
  readonly [K in keyof ColumnSettings as `columns.${K}`]-?: Setting<Exclude<ColumnSettings[K], undefined>>;
};

/** How columns become fields of the user record. */
export const columnSettings = {
  'columns.id': {
    rule: textOf('the name of a column'),
    example: 'Customer Id',
    description: 'Column that contains the user id',
    unset: 'user_id',
    flag: {
      value: 'column',
      help: 'column that contains the user id',
      group: 'Columns to fields',
      on: [...recordInputs, 'init'],
      alsoOn: {
        'users read': { help: 'column or field that contains the ids', group: 'Input' },
        'users delete': { help: 'column or field that contains the ids', group: 'Input' },
        'users status': { help: 'column or field that contains the task ids', group: 'Input' },
      },
    },
  },
  'columns.map': {
    rule: mapOf(textOf('the name of a field'), 'column=field'),
    default: {},
    description: 'Columns and the fields they become, such as Plan: custom_attributes.plan',
    flag: {
      value: 'column=field',
      help: 'map a column to a field, such as Plan=custom_attributes.plan; repeatable',
      group: 'Columns to fields',
      on: recordInputs,
    },
  },
  'columns.type': {
    rule: mapOf(oneOf(columnTypes), 'column=type'),
    default: {},
    description: 'Types of columns that become custom attributes: string, number, boolean, list or json',
    flag: {
      value: 'column=type',
      help: 'string, number, boolean, list or json, for custom attributes; repeatable',
      group: 'Columns to fields',
      on: recordInputs,
    },
  },
  'columns.hash': {
    rule: nameSet,
    example: ['email'],
    description: 'Columns whose values are replaced with hashes (HMAC-SHA-256), such as [email, user_id]',
    unset: 'none',
    flag: {
      value: 'column',
      help: 'replace the values of a column with hashes (HMAC-SHA-256); repeatable',
      group: 'Columns to fields',
      on: recordInputs,
      alsoOn: {
        'users read': { help: 'hash the given ids, as upload --hash did', group: 'Input' },
        'users delete': { help: 'hash the given ids, as upload --hash did', group: 'Input' },
      },
    },
  },
  'columns.listSeparator': {
    rule: text,
    default: '|',
    description: 'List separator',
    flag: { value: 's', help: 'list separator', group: 'Columns to fields', on: recordInputs },
  },
  'columns.set': {
    rule: mapOf(jsonValue, 'field=value'),
    default: {},
    description: 'Fields that get the same value in every record',
    flag: {
      value: 'field=value',
      help: 'set a field to the same value in every record; repeatable',
      group: 'Columns to fields',
      on: recordInputs,
    },
  },
  'columns.unknown': {
    rule: oneOf(unknownColumns),
    example: 'custom',
    description:
      'What to do with columns and keys that are not Miso user fields: custom, drop, error or keep',
    unset: 'custom',
    flag: {
      value: 'action',
      choices: unknownColumns,
      help: 'columns and keys that are not Miso user fields: custom, drop, error or keep',
      group: 'Columns to fields',
      on: recordInputs,
    },
  },
  'columns.coerce': {
    rule: boolean,
    default: false,
    description: 'Convert JSON values too: "42" to 42 for age, 7 to "7" for user_id',
    flag: {
      help: 'convert JSON values too: "42" to 42 for age, 7 to "7" for user_id',
      group: 'Columns to fields',
      on: recordInputs,
    },
  },
  'columns.assumeUtc': {
    rule: boolean,
    default: false,
    description: 'Treat date-times without a time zone as UTC',
    flag: {
      help: 'treat date-times without a time zone as UTC',
      group: 'Columns to fields',
      on: recordInputs,
    },
  },
} as const satisfies ColumnTable;

/** Personal data. */
export const privacySettings = {
  hashKeyFile: {
    rule: path,
    example: '/run/secrets/miso-hash',
    description: 'File that contains only the key of --hash',
    flag: {
      value: 'file',
      help: 'file that contains the key of --hash',
      group: 'Columns to fields',
      on: recordInputs,
      alsoOn: { 'users read': { group: 'Input' }, 'users delete': { group: 'Input' } },
    },
  },
  piiCheck: {
    rule: boolean,
    default: true,
    description: 'Warn about columns that look like e-mail addresses, phone numbers or card numbers',
    flag: {
      help: 'warn about columns that look like personal data',
      group: 'Columns to fields',
      on: uploads,
      negation: 'do not warn about columns that look like personal data',
    },
  },
} as const satisfies Readonly<Record<string, Setting<unknown>>>;
