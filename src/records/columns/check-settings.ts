import {
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

/** The one type that --type may name for a column that goes to a field whose type is Miso's. */
const columnTypes: Readonly<Record<FieldType, ColumnType>> = {
  integer: 'number',
  string: 'string',
  object: 'json',
};

function checkTargets(settings: ColumnSettings): void {
  for (const [column, path] of Object.entries(settings.map)) {
    if (isFieldPath(path)) continue;
    const near = closest(path, fieldNames);
    throw new UsageError(
      `Column ${show(column)} cannot go to ${show(path)}: it is no field of Miso's user record.`,
      {
        hint:
          near === undefined
            ? `Site-specific data belongs in custom_attributes: --map ${shellWord(`${column}=custom_attributes.${path}`)}`
            : `Was ${near} meant? --map ${shellWord(`${column}=${near}`)}`,
      },
    );
  }
}

function checkId(settings: ColumnSettings): void {
  const { id, map } = settings;
  const other = id === undefined ? undefined : Object.entries(map).find(([column]) => column === id)?.[1];
  if (other === undefined || other === 'user_id') return;
  throw new UsageError(
    `Column ${show(id)} has two uses: --id makes it the user id, and --map sends it to ${escapeInvisible(other)}.`,
    {
      hint: 'Leave one of the two out.',
    },
  );
}

function checkTypes(settings: ColumnSettings): void {
  const map = new Map(Object.entries(settings.map));
  if (settings.id !== undefined) map.set(settings.id, 'user_id');
  for (const [column, type] of Object.entries(settings.type)) {
    const path = map.get(column) ?? column;
    const own = isFieldName(path) ? columnTypes[userFields[path].type] : undefined;
    if (own === undefined || own === type) continue;
    throw new UsageError(
      `Column ${show(column)} cannot have the type ${type}: it goes to ${escapeInvisible(path)}, whose type is ${own}.`,
      {
        hint: '--type is for columns that become custom attributes: leave it out here.',
      },
    );
  }
}

/** Refuses settings that no input could satisfy. Throws UsageError. */
export function checkSettings(settings: ColumnSettings): void {
  if (settings.listSeparator === '') {
    throw new UsageError('The list separator is empty.', {
      hint: 'Give the text between the items of a list: --list-separator "|"',
    });
  }
  checkTargets(settings);
  checkId(settings);
  checkTypes(settings);
}
