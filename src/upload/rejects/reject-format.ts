import { rawKey, reasonsColumn } from '../../contract/rejects-keys.ts';
import { safeCell, safeCsvColumn, safeRow } from '../../contract/safe-csv.ts';
import { formatSpec } from '../../input/formats.ts';
import type { SourceFile } from '../../input/source.ts';
import type { Reason, Rejection } from '../../records/record.ts';
import { csvCell, labeled, quoteCsvCell } from '../../text.ts';

/**
 * How a rejects file is written. `table`, `lines` and `array` keep the format of the input. `mapped` is NDJSON of the
 * records as they would be sent, for inputs of different formats.
 */
export type RejectFormat =
  | {
      readonly kind: 'table';
      readonly header: string;
      readonly delimiter: string;
      readonly hasReasons: boolean;
      readonly bom: boolean;
      /** Cells are safe in a spreadsheet. The input has the marker column already, or it is added before the reasons. */
      readonly safe?: 'marked' | 'added';
    }
  | { readonly kind: 'lines' | 'array' | 'mapped' };

type TableFormat = Extract<RejectFormat, { kind: 'table' }>;

/** The format of an input; `safeCsv`: with cells that are safe in a spreadsheet. */
export function formatFor(file: SourceFile, safeCsv: boolean): RejectFormat {
  const { table } = file;
  if (table) {
    const hasReasons = table.columns.at(-1) === reasonsColumn;
    // With a BOM the file is read as UTF-8 even if --encoding says otherwise.
    return {
      kind: 'table',
      header: table.raw,
      delimiter: table.delimiter,
      hasReasons,
      bom: file.encoding !== 'utf-8',
      ...(table.safe ? { safe: 'marked' } : safeCsv ? { safe: 'added' } : {}),
    };
  }
  return { kind: formatSpec(file.format).rejects === 'array' ? 'array' : 'lines' };
}

/** The text at the start of a file. */
export function opening(format: RejectFormat): string {
  if (format.kind === 'array') return '[';
  if (format.kind !== 'table') return '';
  return `${format.bom ? '\uFEFF' : ''}${headerOf(format)}\n`;
}

function headerOf({ header, delimiter, hasReasons, safe }: TableFormat): string {
  if (safe !== 'added') return hasReasons ? header : `${header}${delimiter}${reasonsColumn}`;
  const columns = hasReasons ? header.slice(0, header.lastIndexOf(delimiter)) : header;
  return [safeRow(columns, delimiter), safeCsvColumn, reasonsColumn].join(delimiter);
}

/** The text at the end of a file. The next record overwrites it. */
export function closing(format: RejectFormat): string {
  return format.kind === 'array' ? '\n]\n' : '';
}

/** Rejected records as text. `first`: the file holds nothing but its opening. */
export function rejectText(format: RejectFormat, rejections: readonly Rejection[], first: boolean): string {
  switch (format.kind) {
    case 'table':
      return rejections.map((rejection) => `${row(rejection, format)}\n`).join('');
    case 'lines':
      return rejections.map((rejection) => `${element(rejection).replaceAll('\n', ' ')}\n`).join('');
    case 'mapped':
      return rejections.map((rejection) => `${mappedElement(rejection)}\n`).join('');
    case 'array':
      return `${first ? '\n' : ',\n'}${rejections.map(element).join(',\n')}`;
  }
}

/** `age: expected an integer, found "abc"` */
export function reasonText({ field, reason, found }: Reason): string {
  return `${labeled(field, reason)}${found === undefined ? '' : `, found ${found}`}`;
}

function row({ source, reasons }: Rejection, { hasReasons, delimiter, safe }: TableFormat): string {
  const reason = reasons.map(reasonText).join('; ');
  const text = quoteCsvCell(safe ? safeCell(reason) : reason);
  const marker = safe === 'added' ? [''] : [];
  if (hasReasons && source.kind === 'row') {
    const cells = source.cells.slice(0, -1).map((cell) => csvCell(safe ? safeCell(cell) : cell, delimiter));
    return [...cells, ...marker, text].join(delimiter);
  }
  const raw = hasReasons ? withoutReason(source.raw, reasons, delimiter) : source.raw;
  return [safe === 'added' ? safeRow(raw, delimiter) : raw, ...marker, text].join(delimiter);
}

/**
 * A row whose cells are unknown, to the letter, but without the cell in which an earlier run gave this very reason: such
 * cells would pile up, and stay when the row is mended. Numbers aside: that cell itself was not counted then.
 */
function withoutReason(raw: string, [reason]: readonly Reason[], delimiter: string): string {
  const last = /"(?:[^"]|"")*"$/.exec(raw);
  const words = quoteCsvCell(reason === undefined ? '' : reasonText(reason)).split(/\d/, 1)[0]!;
  if (!last || last.index === 0 || raw[last.index - 1] !== delimiter) return raw;
  return last[0].startsWith(words) ? raw.slice(0, last.index - 1) : raw;
}

function element({ source, reasons }: Rejection): string {
  const texts = reasons.map(reasonText);
  if (
    source.kind !== 'json' ||
    typeof source.value !== 'object' ||
    source.value === null ||
    Array.isArray(source.value)
  ) {
    return JSON.stringify({ [rawKey]: source.raw, [reasonsColumn]: texts });
  }
  return withReasons(source.raw, source.value, texts);
}

/** The record's own text, so that no digit and no key of it is lost, with the reasons as its last key. */
function withReasons(raw: string, value: object, texts: readonly string[]): string {
  const reasons = `${JSON.stringify(reasonsColumn)}:${JSON.stringify(texts)}}`;
  if (Object.hasOwn(value, reasonsColumn)) {
    const { [reasonsColumn]: _, ...rest } = value as Record<string, unknown>;
    const body = JSON.stringify(rest).slice(0, -1);
    return `${body}${body === '{' ? '' : ','}${reasons}`;
  }
  const body = raw.slice(0, raw.lastIndexOf('}')).trimEnd();
  return `${body}${body.endsWith('{') ? '' : ','}${reasons}`;
}

function mappedElement(rejection: Rejection): string {
  if (rejection.json === undefined) return element(rejection).replaceAll('\n', ' ');
  return withReasons(rejection.json, {}, rejection.reasons.map(reasonText)).replaceAll('\n', ' ');
}
