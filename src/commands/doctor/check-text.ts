import type { Style } from '../../report/text/style.ts';
import { pad, wrap } from '../../report/text/width.ts';
import { escapeControls } from '../../text.ts';

/** The result of one check of `miso doctor`. */
export interface Check {
  readonly name: string;
  readonly status: 'ok' | 'warning' | 'failed' | 'skipped';
  readonly detail: string;
  /** How long it took. */
  readonly ms?: number;
  /** How to fix it. */
  readonly hint?: string | undefined;
  /** More details. */
  readonly lines?: readonly string[];
}

const nameWidth = 12;

/** One check, with its hint and details on separate lines. */
export function checkText(
  { name, status, detail, ms, hint, lines = [] }: Check,
  { style, width }: { readonly style: Style; readonly width: number | undefined },
): string {
  const marks = { ok: style.green('✔'), warning: style.yellow('!'), failed: style.red('✖'), skipped: '-' };
  const time = ms === undefined ? '' : style.dim(` (${ms} ms)`);
  const more = [...lines, ...(hint === undefined ? [] : [hint])];
  const all = [
    `${marks[status]} ${pad(name, nameWidth)} ${escapeControls(detail)}${time}`,
    ...more.map((line) => `    ${escapeControls(line)}`),
  ];
  return all.map((line) => `${wrap(line, width)}\n`).join('');
}
