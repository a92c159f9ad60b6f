import { foreignKind } from '../input/bytes/signatures.ts';
import { cellsOf, looksLikeHeader } from './column-name.ts';

/** Columns by which a table is known. */
const usualColumns: ReadonlySet<string> = new Set(['user_id', 'task_id']);
/** Line breaks and other characters that show as nothing, what parts the columns of a table, and white space at an end. */
const unsafe = /[\p{Cc}\p{Cf}\u2028\u2029,;]|^\s|\s$/u;
/** How JSON, quoted cells, pages of HTML and Excel's `sep=;` begin. */
const otherStart = /^(?:["{[<]|sep=)/i;

/** Ids that need no further look, which would be slow for millions: no header holds a digit, and no file format begins so. */
const ordinary = /^(?!PAR1)(?=.*\d)[A-Za-z\d][\w.@:+-]{0,200}$/;

/** An id as a line of a list: as it is, or as a JSON string where it would not be read back as it is. */
export function idLine(id: string): string {
  if (ordinary.test(id)) return id;
  if (looksLikeHeader(id) || cellsOf(id).some((cell) => usualColumns.has(cell))) {
    // A name in quotes is what other programs write as a header; none of them writes an escaped letter.
    const first = id.charCodeAt(0).toString(16).padStart(4, '0');
    return `"\\u${first}${JSON.stringify(id.slice(1)).slice(1)}`;
  }
  return isPlain(id) ? id : JSON.stringify(id);
}

function isPlain(id: string): boolean {
  if (id === '' || !id.isWellFormed() || unsafe.test(id) || otherStart.test(id)) return false;
  return foreignKind(Buffer.from(`${id}\n`)) === undefined;
}

/** The id that a line of a list holds, the opposite of `idLine`; undefined for a quote that does not end with the line. */
export function idOfLine(line: string): string | undefined {
  if (!line.startsWith('"')) return line;
  try {
    const id: unknown = JSON.parse(line);
    if (typeof id === 'string') return id;
  } catch {
    // Not JSON: a quoted cell.
  }
  return /^"(?:[^"]|"")*"$/.test(line) ? line.slice(1, -1).replaceAll('""', '"') : undefined;
}
