import { isObject } from '../contract/json.ts';
import type { ColumnType } from './column-settings.ts';
import type { Target } from './columns/target.ts';
import type { RecordBuilder } from './record-builder.ts';
import { convert, parseCellJson } from './values/convert.ts';
import type { DateRules } from './values/dates.ts';
import { InvalidValue } from './values/invalid-value.ts';

/** How to read the cells of a row. */
export interface RowRules {
  readonly dates: DateRules;
  readonly listSeparator: string;
}

/** Adds the cells of a row to a record. `targets`: one per column, in the order of the header. */
export function addRow(
  builder: RecordBuilder,
  cells: readonly string[],
  { targets, rules }: { readonly targets: readonly Target[]; readonly rules: RowRules },
): void {
  for (let column = 0; column < targets.length; column += 1) {
    const cell = cells[column];
    const target = targets[column]!;
    if (cell === undefined || target.kind === 'ignored' || isEmpty(cell, target)) continue;
    const value = readCell(cell, target, rules);
    const invalid = value instanceof InvalidValue;
    if (invalid) builder.reject(target.path, value);
    const kept = invalid ? cell : value;
    if (target.kind === 'attribute') builder.attributes.push({ target, value: kept, invalid });
    else if (target.kind === 'attributes') builder.putAttributes(kept, target.source);
    else builder.put({ target, value: kept, invalid });
  }
}

/** White space counts as an empty cell, except in a text column. */
function isEmpty(cell: string, target: Target): boolean {
  return cell === '' || (cell.trim() === '' && !isText(target));
}

function isText(target: Target): boolean {
  if (target.kind === 'field') return target.field.isText;
  return 'type' in target && (target.type ?? 'string') === 'string';
}

function readCell(cell: string, target: Target, rules: RowRules): unknown {
  switch (target.kind) {
    case 'field':
      return target.field.check(cell, rules.dates);
    case 'attributes':
      return readAttributes(cell);
    case 'attribute':
    case 'kept':
      return readTyped(cell, target.type, rules);
    default:
      return undefined;
  }
}

/** `custom_attributes` in one cell: a JSON object, as written by `users read --format csv`. */
function readAttributes(cell: string): unknown {
  const expected = 'expected a JSON object';
  const value = parseCellJson(cell, expected);
  if (value instanceof InvalidValue || isObject(value)) return value;
  return new InvalidValue(expected, {
    value: cell,
    hint: 'Write the attributes as {"plan":"pro"}, or in columns named custom_attributes.plan.',
  });
}

function readTyped(cell: string, type: ColumnType | undefined, rules: RowRules): unknown {
  return type === undefined ? cell : convert(cell, type, rules.listSeparator);
}
