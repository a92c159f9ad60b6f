import { escapeControls, formatBytes, joinParts, pluralize } from '../../text.ts';
import type { DetectedInput } from '../../upload/item.ts';
import type { Style } from './style.ts';
import { wrap } from './width.ts';

/** Max number of columns to list on a terminal. A log lists all of them. */
const maxColumns = 24;
/** Delimiters that the format implies. */
const defaultDelimiters: Readonly<Record<string, string>> = { csv: ',', tsv: '\t' };

/**
 * What was detected in each input, before anything is sent. A terminal (`width` columns wide) shows only what
 * is not obvious; a log (`width` undefined) shows everything, one line per input.
 */
export function inputsText(
  inputs: readonly DetectedInput[],
  { style, width }: { readonly style: Style; readonly width: number | undefined },
): string {
  return inputs
    .map((input) => (width === undefined ? logLine(input) : terminalLines(input, { style, width })))
    .map((text) => `${text}\n`)
    .join('');
}

function logLine({ file, plan, ref }: DetectedInput): string {
  const columns = plan.columns.map(({ column, field }) => {
    const name = escapeControls(column);
    if (field === column) return name;
    return field === null ? `${name} left out` : `${name} → ${escapeControls(field)}`;
  });
  const found = joinParts([
    file.format.toUpperCase(),
    file.table ? `delimiter ${delimiterName(file.table.delimiter)}` : '',
    encodingName(file.encoding),
    file.compression ?? '',
    file.table ? pluralize(plan.columns.length, 'column') : '',
    ref.size === undefined ? '' : formatBytes(ref.size),
  ]);
  const unknown = plan.unknownKeys === undefined ? '' : `; ${unknownKeysText(plan.unknownKeys)}`;
  const where = columns.length === 0 ? unknown : `; columns: ${columns.join(', ')}`;
  return `${escapeControls(file.path)}: ${found}${where}`;
}

function terminalLines(
  { file, plan, ref }: DetectedInput,
  { style, width }: { style: Style; width: number },
): string {
  const delimiter = file.table?.delimiter;
  const found = joinParts([
    file.format.toUpperCase(),
    delimiter === undefined || delimiter === defaultDelimiters[file.format]
      ? ''
      : `delimiter ${delimiterName(delimiter)}`,
    file.encoding === 'utf-8' ? '' : encodingName(file.encoding),
    file.compression ?? '',
    file.table ? pluralize(plan.columns.length, 'column') : '',
    ref.size === undefined ? '' : formatBytes(ref.size),
  ]);
  const head = `${style.bold(escapeControls(file.path))}: ${found}`;
  const unknown = plan.unknownKeys === undefined ? [] : [`  ${unknownKeysText(plan.unknownKeys)}`];
  return [head, ...mappingLines(plan.columns), ...unknown].map((line) => wrap(line, width)).join('\n');
}

/**
 * The column mapping: a line for each column with a new name or type, and one line for all that keep their
 * names.
 */
function mappingLines(columns: DetectedInput['plan']['columns']): string[] {
  const renamed: string[] = [];
  const attributes: string[] = [];
  const dropped: string[] = [];
  for (const { column, field, type } of columns) {
    const name = escapeControls(column);
    if (field === null) dropped.push(name);
    else if (field === `custom_attributes.${column}`) attributes.push(`${name}${typeNote(field, type)}`);
    else if (field !== column) renamed.push(`${name} → ${escapeControls(field)}${typeNote(field, type)}`);
  }
  const more = renamed.length - maxColumns;
  return [
    ...renamed.slice(0, maxColumns).map((line) => `  ${line}`),
    ...(more > 0 ? [`  and ${pluralize(more, 'more column')}`] : []),
    ...(attributes.length > 0 ? [`  ${listed(attributes)} → custom_attributes`] : []),
    ...(dropped.length > 0 ? [`  ${listed(dropped)} → not uploaded`] : []),
  ];
}

function unknownKeysText(mode: NonNullable<DetectedInput['plan']['unknownKeys']>): string {
  const targets = { custom: 'custom_attributes', drop: 'not uploaded', error: 'rejected', keep: 'unchanged' };
  return `unknown keys → ${targets[mode]}`;
}

function listed(names: readonly string[]): string {
  const more = names.length - maxColumns;
  return more > 0 ? `${names.slice(0, maxColumns).join(', ')} and ${more} more` : names.join(', ');
}

/** Types are shown for custom attributes only; those of Miso's own fields are fixed. */
function typeNote(field: string, type: string): string {
  return field.startsWith('custom_attributes.') && type !== 'string' ? ` (${type})` : '';
}

function encodingName(encoding: string): string {
  return encoding === 'utf-8' ? 'UTF-8' : encoding;
}

function delimiterName(delimiter: string): string {
  return delimiter === '\t' ? 'tab' : `"${escapeControls(delimiter)}"`;
}
