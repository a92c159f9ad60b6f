import { isObject, type JsonObject, parseJson } from '../../contract/json.ts';
import { rawCells } from '../../contract/raw-cells.ts';
import { isReasonsColumn, rawKey, reasonsColumn } from '../../contract/rejects-keys.ts';
import { safeCell, safeCsvColumn, safeRawCell, unsafeRawCell } from '../../contract/safe-csv.ts';
import { formatSpec } from '../../input/formats.ts';
import type { SourceFile } from '../../input/source.ts';
import type { Reason, Rejection } from '../../records/record.ts';
import { labeled, quoteCsvCell } from '../../text.ts';

/**
 * How a rejects file is written. `table`, `lines` and `array` keep the format of the input. `mapped` is
 * NDJSON of the records as they would be sent, for inputs of different formats.
 */
export type RejectFormat =
  | {
      readonly kind: 'table';
      readonly header: string;
      readonly delimiter: string;
      /** Whether the last column of the input has reasons. */
      readonly hasReasons: boolean;
      /** The index of another column of the input with reasons, which is left out; -1 if there is none. */
      readonly movedReasons: number;
      /** Cells of a row before the reasons. */
      readonly width: number;
      readonly bom: boolean;
      readonly lineEnd: string;
      /** Cells are safe in a spreadsheet: already in the input (`marked`), or made safe here (`added`). */
      readonly safe?: 'marked' | 'added';
      /** Marker columns to add before the reasons. Their cells are empty. */
      readonly added: readonly string[];
    }
  | { readonly kind: 'lines'; readonly bom: boolean; readonly lineEnd: string; readonly marker?: string }
  | { readonly kind: 'array'; readonly marker?: string }
  | { readonly kind: 'mapped' };

type TableFormat = Extract<RejectFormat, { kind: 'table' }>;

export interface FormatOptions {
  /** Write cells that are safe in a spreadsheet. */
  readonly safeCsv: boolean;
  /** A column or key to add, which says that the values are not hashed yet. */
  readonly marker?: string | undefined;
}

/** The format of an input. */
export function formatFor(file: SourceFile, { safeCsv, marker }: FormatOptions): RejectFormat {
  const { table } = file;
  const marked = marker === undefined ? {} : { marker };
  // The BOM tells spreadsheets that the file is UTF-8, whatever the encoding of the input.
  const text = { bom: file.bom === true || file.encoding !== 'utf-8', lineEnd: file.crlf ? '\r\n' : '\n' };
  if (table) {
    const header = rawCells(table.raw, table.delimiter);
    const hasReasons = table.columns.at(-1) === reasonsColumn;
    const isReasons = (cell: string) => isReasonsColumn(cell.replaceAll('"', ''));
    const movedReasons = hasReasons ? -1 : header.findIndex(isReasons);
    return {
      kind: 'table',
      header: table.raw,
      delimiter: table.delimiter,
      hasReasons,
      movedReasons,
      width: hasReasons ? header.findLastIndex(isReasons) : header.length - (movedReasons === -1 ? 0 : 1),
      ...text,
      ...(table.safe ? { safe: 'marked' } : safeCsv ? { safe: 'added' } : {}),
      added: [
        ...(safeCsv && !table.safe ? [safeCsvColumn] : []),
        ...(marker === undefined || table.columns.includes(marker) ? [] : [marker]),
      ],
    };
  }
  if (formatSpec(file.format).rejects === 'array') return { kind: 'array', ...marked };
  return { kind: 'lines', bom: file.bom === true, lineEnd: text.lineEnd, ...marked };
}

/** The text at the start of a file. */
export function opening(format: RejectFormat): string {
  if (format.kind === 'array') return '[';
  if (!('bom' in format)) return '';
  const bom = format.bom ? '\uFEFF' : '';
  return format.kind === 'table' ? `${bom}${headerOf(format)}${format.lineEnd}` : bom;
}

function headerOf({ header, delimiter, hasReasons, movedReasons, width, safe, added }: TableFormat): string {
  if (added.length === 0 && movedReasons === -1)
    return hasReasons ? header : `${header}${delimiter}${reasonsColumn}`;
  const columns = rawCells(header, delimiter)
    .filter((_, index) => index !== movedReasons)
    .slice(0, width);
  return [...columns.map((cell) => writtenCell(cell, safe)), ...added, reasonsColumn].join(delimiter);
}

/** The end of a JSON array. The next record overwrites it. */
export const arrayClosing = '\n]\n';

/** The text at the end of a file. */
export function closing(format: RejectFormat): string {
  return format.kind === 'array' ? arrayClosing : '';
}

/** Rejected records as text. `first`: the file holds nothing but its opening. */
export function rejectText(format: RejectFormat, rejections: readonly Rejection[], first: boolean): string {
  switch (format.kind) {
    case 'table':
      return rejections.map((rejection) => row(rejection, format) + format.lineEnd).join('');
    case 'lines':
      return rejections
        .map((rejection) => onOneLine(element(rejection, format.marker)) + format.lineEnd)
        .join('');
    case 'mapped':
      return rejections.map((rejection) => `${mappedElement(rejection)}\n`).join('');
    case 'array':
      return `${first ? '\n' : ',\n'}${rejections.map((rejection) => element(rejection, format.marker)).join(',\n')}`;
  }
}

/** `age: expected an integer, found "abc"` */
export function reasonText({ field, reason, found }: Reason): string {
  return `${labeled(field, reason)}${found === undefined ? '' : `, found ${found}`}`;
}

/**
 * The row as it is in the file, with the reasons in their column: missing cells are filled up, extra ones
 * follow.
 */
function row({ source, reasons }: Rejection, format: TableFormat): string {
  const { delimiter, width, movedReasons, safe } = format;
  const cells = rawCells(source.raw, delimiter);
  if (movedReasons !== -1) cells.splice(movedReasons, 1);
  const previous = format.hasReasons ? indexOfReason(cells, { width, source, reasons }) : -1;
  if (previous !== -1) cells.splice(previous, 1);
  while (cells.length < width) cells.push('');
  while (cells.length > width && cells.at(-1) === '') cells.pop();
  const written = cells.map((cell) => writtenCell(cell, safe));
  const reason = reasons.map(reasonText).join('; ');
  const added = [...format.added.map(() => ''), quoteCsvCell(safe ? safeCell(reason) : reason)];
  return [...written.slice(0, width), ...added, ...written.slice(width)].join(delimiter);
}

/**
 * The cell that holds the reason of an earlier run; -1 if there is none. In a row that cannot be parsed it is
 * recognized by the words before what was found, or before a number.
 */
function indexOfReason(
  cells: readonly string[],
  { width, source, reasons }: Pick<Rejection, 'source' | 'reasons'> & { readonly width: number },
): number {
  if (source.kind === 'row') return cells.length > width ? width : -1;
  const [reason] = reasons;
  if (reason === undefined) return -1;
  const { field, reason: text, by } = reason;
  const words = quoteCsvCell(reasonText({ field, reason: text, by }))
    .slice(0, -1)
    .split(/\d/, 1)[0]!;
  return cells.findLastIndex((cell) => cell.startsWith(words));
}

/** `marked`: the cells of the file are safe already, except where it was edited. */
function writtenCell(cell: string, safe: TableFormat['safe']): string {
  if (safe === undefined) return cell;
  return safeRawCell(safe === 'marked' ? unsafeRawCell(cell) : cell);
}

function element({ source, reasons }: Rejection, marker?: string): string {
  const texts = reasons.map(reasonText);
  const value = source.kind === 'json' ? parseJson(source.raw) : undefined;
  const mark = marker === undefined ? {} : { [marker]: true };
  if (isObject(value)) return withReasons(source.raw, value, { ...mark, [reasonsColumn]: texts });
  return JSON.stringify({ [rawKey]: source.raw, ...mark, [reasonsColumn]: texts });
}

/** The record's own text, which preserves every digit and key, with more keys at the end. */
function withReasons(raw: string, value: JsonObject, added: JsonObject): string {
  const end = JSON.stringify(added).slice(1);
  if (Object.keys(added).some((key) => Object.hasOwn(value, key))) {
    const rest = Object.entries(value).filter(([key]) => !Object.hasOwn(added, key));
    const body = JSON.stringify(Object.fromEntries(rest)).slice(0, -1);
    return `${body}${body === '{' ? '' : ','}${end}`;
  }
  const body = raw.slice(0, raw.lastIndexOf('}')).trimEnd();
  return `${body}${body.endsWith('{') ? '' : ','}${end}`;
}

function mappedElement(rejection: Rejection): string {
  if (rejection.json === undefined) return onOneLine(element(rejection));
  return onOneLine(withReasons(rejection.json, {}, { [reasonsColumn]: rejection.reasons.map(reasonText) }));
}

/** Line breaks between the tokens of JSON are spaces as well. */
function onOneLine(json: string): string {
  return json.replaceAll(/[\r\n]/g, ' ');
}
