import { isObject, parseJson } from '../contract/json.ts';
import { foreignKind } from '../input/bytes/signatures.ts';

/** A list has one id per line: as it is, or in an object, `{"user_id":"…"}`. */
const objectStart = /^\s*\{\s*["}]/;
/** The start of a JSON array, and not of an id such as `[x`. */
const arrayStart = /^\s*\[\s*(?:["{[\]]|$)/;
/** Characters that end a line, make a file look binary, or are removed as a byte order mark. */
const unsafe = /[\p{Cc}\u2028\u2029\ufeff]/u;
/** The names under which Miso itself knows ids: a first line with nothing else is a header. */
const ownNames: ReadonlySet<string> = new Set(['user_id', 'task_id']);

/** Ids that need no closer look, which is slow for millions: no header, delimiter or file signature matches. */
const ordinary = /^(?!PAR1)(?=.*\d)[A-Za-z\d][\w.@:+-]{0,200}$/;

/** A user id as a line of a list that is read back unchanged. `columns`: those that a header is recognized by. */
export function idLine(id: string, columns: readonly string[]): string {
  return ordinary.test(id) || isPlain(id, columns) ? id : idObjectLine(id);
}

/** A user id as an object, which is how a list contains any id. */
export function idObjectLine(id: string): string {
  return JSON.stringify({ user_id: id });
}

function isPlain(id: string, columns: readonly string[]): boolean {
  if (id.trim() === '' || !id.isWellFormed() || unsafe.test(id)) return false;
  if (/^\s*\{/.test(id) || arrayStart.test(id) || startsTable(id, columns)) return false;
  return foreignKind(Buffer.from(`${id}\n`)) === undefined;
}

/** The value of the first of `columns` that a line of a list has, if it is an object; else the line. Undefined: invalid JSON. */
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
