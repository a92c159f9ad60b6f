import { escapeControls, formatBytes, joinParts, pluralize } from '../../text.ts';
import type { DetectedInput } from '../../upload/settings.ts';
import type { Style } from './style.ts';
import { pad, truncate, widthOf, wrap } from './width.ts';

/** Columns that are shown one by one on a terminal; a log names them all in one line. */
const columnsShown = 24;

/**
 * What was found of each input, before anything is sent: format, delimiter, encoding, and which column goes where.
 * `width` is that of a terminal; undefined in a log, where every input takes one line.
 */
export function inputsText(
  inputs: readonly DetectedInput[],
  { style, width }: { readonly style: Style; readonly width: number | undefined },
): string {
  return inputs
    .map((input) => `${width === undefined ? logLine(input) : terminalLines(input, { style, width })}\n`)
    .join('');
}

function logLine(input: DetectedInput): string {
  const columns = input.plan.columns.map(({ column, field }) => {
    const name = escapeControls(column);
    if (field === column) return name;
    return field === null ? `${name} left out` : `${name} → ${escapeControls(field)}`;
  });
  const where = columns.length === 0 ? '' : `; columns: ${columns.join(', ')}`;
  return `${escapeControls(input.file.path)}: ${kindOf(input)}${where}`;
}

function terminalLines(input: DetectedInput, { style, width }: { style: Style; width: number }): string {
  const { columns } = input.plan;
  const head = wrap(`${style.bold(escapeControls(input.file.path))}  ${style.dim(kindOf(input))}`, width);
  const shown = columns.slice(0, columnsShown).map(({ column, field, type }) => ({
    column: escapeControls(column),
    target: field === null ? 'left out' : `${escapeControls(field)}${typeNote(field, type)}`,
  }));
  const nameWidth = Math.min(
    Math.max(0, ...shown.map(({ column }) => widthOf(column))),
    Math.max(8, Math.floor(width * 0.4)),
  );
  const lines = shown.map(({ column, target }) => {
    const left = pad(truncate(column, nameWidth), nameWidth);
    return style.dim(`  ${left} → ${truncate(target, Math.max(8, width - nameWidth - 6))}`);
  });
  const more = columns.length - shown.length;
  if (more > 0) lines.push(style.dim(`  and ${pluralize(more, 'more column')}`));
  return [head, ...lines].join('\n');
}

/** Only what becomes of a custom attribute is a choice; the types of Miso's own fields are fixed. */
function typeNote(field: string, type: string): string {
  return field.startsWith('custom_attributes.') && type !== 'string' ? ` (${type})` : '';
}

function kindOf({ file, plan, ref }: DetectedInput): string {
  return joinParts([
    file.format === 'ndjson' ? 'NDJSON' : file.format.toUpperCase(),
    file.table ? `delimiter ${delimiterName(file.table.delimiter)}` : '',
    file.encoding === 'utf-8' ? 'UTF-8' : file.encoding,
    file.compression ?? '',
    file.table ? pluralize(plan.columns.length, 'column') : '',
    ref.size === undefined ? '' : formatBytes(ref.size),
  ]);
}

function delimiterName(delimiter: string): string {
  return delimiter === '\t' ? 'tab' : `"${escapeControls(delimiter)}"`;
}
