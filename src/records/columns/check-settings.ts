import {
  attributePath,
  type FieldType,
  fieldNames,
  isFieldName,
  isFieldPath,
  userFields,
} from '../../contract/user-fields.ts';
import { UsageError } from '../../errors.ts';
import { closest, escapeInvisible, shellWord } from '../../text.ts';
import type { ColumnSettings, ColumnType } from '../column-settings.ts';
import { show } from '../values/show.ts';

/** Throws UsageError for settings that no input could satisfy. */
export function checkSettings(settings: ColumnSettings): void {
  if (settings.listSeparator === '') {
    throw new UsageError('The list separator is empty.', {
      hint: 'Set the text between the items of a list: --list-separator "|"',
    });
  }
  checkMap(settings);
  checkId(settings);
  checkTypes(settings);
}

function checkMap({ map }: ColumnSettings): void {
  for (const [column, path] of Object.entries(map)) {
    if (isFieldPath(path)) continue;
    const near = closest(path, fieldNames);
    throw new UsageError(`Cannot map column ${show(column)} to ${show(path)}: not a Miso user field.`, {
      hint:
        near === undefined
          ? `Site-specific data belongs in custom_attributes: --map ${shellWord(`${column}=${attributePath(path)}`)}`
          : `Did you mean ${near}? Use --map ${shellWord(`${column}=${near}`)}`,
    });
  }
}

function checkId({ id, map }: ColumnSettings): void {
  if (id === undefined || !Object.hasOwn(map, id)) return;
  const path = map[id]!;
  if (path === 'user_id') return;
  throw new UsageError(
    `Column ${show(id)} is used twice: --id makes it the user id, and --map sends it to ${escapeInvisible(path)}.`,
    { hint: 'Remove one of the two options.' },
  );
}

/** The only --type that a column mapped to a field may have. */
const columnTypes: Readonly<Record<FieldType, ColumnType>> = {
  integer: 'number',
  string: 'string',
  object: 'json',
};

function checkTypes({ id, map, type: types }: ColumnSettings): void {
  for (const [column, type] of Object.entries(types)) {
    const path = column === id ? 'user_id' : Object.hasOwn(map, column) ? map[column]! : column;
    const fieldType = isFieldName(path) ? columnTypes[userFields[path].type] : undefined;
    if (fieldType === undefined || fieldType === type) continue;
    throw new UsageError(
      `Column ${show(column)} cannot have the type ${type}: it maps to ${escapeInvisible(path)}, whose type is ${fieldType}.`,
      { hint: '--type is for columns that become custom attributes. Remove it here.' },
    );
  }
}
