import { isObject } from '../contract/json.ts';
import type { ColumnType } from './column-settings.ts';
import type { Target } from './columns/target.ts';
import type { RecordBuilder } from './record-builder.ts';
import { convert, jsonOf } from './values/convert.ts';
import type { DateRules } from './values/dates.ts';
import { InvalidValue } from './values/invalid-value.ts';

/** What reading a row depends on, beside its columns. */
export interface RowRules {
  readonly dates: DateRules;
  readonly listSeparator: string;
}

/** `custom_attributes` in one cell, as `users read --format csv` writes it: a JSON object. */
function attributesOf(cell: string): unknown {
  const expected = 'expected a JSON object';
  const value = jsonOf(cell, expected);
  if (value instanceof InvalidValue || isObject(value)) return value;
  return new InvalidValue(expected, {
    value: cell,
    hint: 'Write the attributes as {"plan":"pro"}, or in columns custom_attributes.plan.',
  });
}

function isText(target: Target): boolean {
  if (target.kind === 'field') return target.field.isText;
  return 'type' in target && (target.type ?? 'string') === 'string';
}

/** White space alone is no number, boolean, date or object: such a cell is as good as empty. */
function isBlank(cell: string, target: Target): boolean {
  return cell === '' || (cell.trim() === '' && !isText(target));
}

function typed(cell: string, type: ColumnType | undefined, rules: RowRules): unknown {
  return type === undefined ? cell : convert(cell, type, rules.listSeparator);
}

function readCell(cell: string, target: Target, rules: RowRules): unknown {
  switch (target.kind) {
    case 'field':
      return target.field.check(cell, rules.dates);
    case 'attributes':
      return attributesOf(cell);
    case 'attribute':
    case 'kept':
      return typed(cell, target.type, rules);
    default:
      return undefined;
  }
}

/** Fills a builder from the cells of a row: one target for each column, in the order of the header. */
export function addRow(
  builder: RecordBuilder,
  cells: readonly string[],
  { targets, rules }: { readonly targets: readonly Target[]; readonly rules: RowRules },
): void {
  for (let column = 0; column < targets.length; column += 1) {
    const cell = cells[column];
    const target = targets[column]!;
    if (cell === undefined || target.kind === 'ignored' || isBlank(cell, target)) continue;
    const value = readCell(cell, target, rules);
    const faulty = value instanceof InvalidValue;
    if (faulty) builder.reject(target.path, value);
    const kept = faulty ? cell : value;
    if (target.kind === 'attribute') builder.attributes.push({ target, value: kept, faulty });
    else if (target.kind === 'attributes') builder.whole = kept;
    else builder.put(target, kept, faulty);
  }
}
