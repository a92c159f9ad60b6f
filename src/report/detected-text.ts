import type { DetectedInput } from '../upload/settings.ts';
import { escapeControls } from './escape.ts';
import type { Style } from './style.ts';

/** What was found of each input, before anything is sent: format, delimiter, and which column goes where. */
export function detectedText(inputs: readonly DetectedInput[], style: Style): string {
  return inputs.map((input) => `${inputText(input, style)}\n`).join('');
}

function inputText({ file, plan }: DetectedInput, style: Style): string {
  const what = [
    file.format === 'ndjson' ? 'NDJSON' : file.format.toUpperCase(),
    file.table ? `delimiter ${delimiterName(file.table.delimiter)}` : '',
    file.encoding === 'utf-8' ? '' : file.encoding,
    file.compression ?? '',
  ].filter((part) => part !== '');
  const lines = [`${style.bold(escapeControls(file.path))} ${style.dim(what.join(', '))}`];
  const renamed = plan.columns.filter(({ column, field }) => field !== null && field !== column);
  if (renamed.length > 0) {
    lines.push(
      style.dim(`  ${renamed.map(({ column, field }) => `${escapeControls(column)} → ${field}`).join(', ')}`),
    );
  }
  const ignored = plan.columns
    .filter(({ field }) => field === null)
    .map(({ column }) => escapeControls(column));
  if (ignored.length > 0) lines.push(style.dim(`  left out: ${ignored.join(', ')}`));
  return lines.join('\n');
}

function delimiterName(delimiter: string): string {
  return delimiter === '\t' ? 'tab' : `"${delimiter}"`;
}
