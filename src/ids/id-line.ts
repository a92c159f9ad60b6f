import { isObject, parseJson } from '../contract/json.ts';
import { foreignKind } from '../input/bytes/signatures.ts';

/** A list contains one id per line: unchanged, or in an object, `{"user_id":"…"}`. */
const objectStart = /^\s*\{\s*["}]/;
/** The start of a JSON array, but not of an id such as `[x`. */
const arrayStart = /^\s*\[\s*(?:["{[\]]|$)/;
/** Characters that end a line, make a file look binary, or are removed as a byte order mark. */
const unsafe = /[\p{Cc}\u2028\u2029\ufeff]/u;
/** Miso's own names for ids. A first line that contains only such a name is a header. */
const ownNames: ReadonlySet<string> = new Set(['user_id', 'task_id']);

/**
 * Ids that cannot be a header, delimiter or file signature. They skip the other checks, which are slow for
 * millions.
 */
const ordinary = /^(?!PAR1)(?=.*\d)[A-Za-z\d][\w.@:+-]{0,200}$/;

/**
 * A user id as a line of a list, from which it is read unchanged. `columns`: the columns that identify a
 * header.
 */
export function idLine(id: string, columns: readonly string[]): string {
  return ordinary.test(id) || isPlain(id, columns) ? id : idObjectLine(id);
}

/** A user id as an object, the form in which a list can contain any id. */
export function idObjectLine(id: string): string {
  return JSON.stringify({ user_id: id });
}

function isPlain(id: string, columns: readonly string[]): boolean {
  if (id.trim() === '' || !id.isWellFormed() || unsafe.test(id)) return false;
  if (/^\s*\{/.test(id) || arrayStart.test(id) || startsTable(id, columns)) return false;
  return foreignKind(Buffer.from(`${id}\n`)) === undefined;
}

/**
 * The value of the first of `columns` that a line of a list has, if it is an object; else the line.
 * Undefined: invalid JSON.
 */
export function idOfLine(line: string, columns: readonly string[]): { readonly id: unknown } | undefined {
  if (!objectStart.test(line)) return { id: line };
  const value = parseJson(line);
  return isObject(value) ? { id: idOfObject(value, columns) } : undefined;
}

/** The value of the first of `columns` that an object has. */
export function idOfObject(value: Readonly<Record<string, unknown>>, columns: readonly string[]): unknown {
  const column = columns.find((name) => Object.hasOwn(value, name));
  return column === undefined ? undefined : value[column];
}

/** Whether a text is a JSON array, or an object on more than one line. */
export function startsDocument(head: string): boolean {
  if (arrayStart.test(head)) return true;
  return objectStart.test(head) && parseJson(firstLine(head)) === undefined;
}

/** Whether a text starts with the header of a table that has one of `columns`. */
export function startsTable(head: string, columns: readonly string[]): boolean {
  const line = firstLine(head);
  if (objectStart.test(line)) return false;
  const cells = line.split(/[,;\t|]/).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
  return columns.some((column) => cells.includes(column) && (cells.length > 1 || ownNames.has(column)));
}

/** The first line that is not blank. */
function firstLine(head: string): string {
  return /[^\r\n]*\S[^\r\n]*/.exec(head)?.[0] ?? '';
}
