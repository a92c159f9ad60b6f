import { InputError } from '../../errors.ts';

const candidates = [',', ';', '\t', '|'] as const;
const sampleRows = 50;

/**
 * Detects the delimiter of a table by how often each candidate occurs outside quotes in the header and the
 * first rows. A header that contains no candidate has one column. Throws InputError if two candidates fit
 * equally well.
 */
export function detectDelimiter(text: string, place: { file: string; line: number }): string {
  const [header = [], ...rows] = countedRows(text);
  const fits = candidates
    .map((delimiter, at) => ({
      delimiter,
      inHeader: header[at] ?? 0,
      agreeing: rows.length === 0 ? 1 : rows.filter((row) => row[at] === header[at]).length / rows.length,
    }))
    .filter(({ inHeader }) => inHeader > 0)
    .sort((a, b) => b.agreeing - a.agreeing || b.inHeader - a.inHeader);
  const [best, second] = fits;
  if (best && second && best.agreeing === second.agreeing && best.inHeader === second.inHeader) {
    throw new InputError(
      `${place.file}, line ${place.line}: the delimiter could be ${inWords(best.delimiter)} or ${inWords(second.delimiter)}.`,
      place,
      { hint: 'Specify it with --delimiter.' },
    );
  }
  return best?.delimiter ?? ',';
}

function inWords(delimiter: string): string {
  return delimiter === '\t' ? 'a tab' : `"${delimiter}"`;
}

/** How often each candidate occurs outside quotes, for each of the first rows that are not blank. */
function countedRows(text: string): number[][] {
  const rows: number[][] = [];
  let counts = candidates.map(() => 0);
  let cellStart = true;
  let blank = true;
  for (let at = 0; at < text.length && rows.length < sampleRows; at++) {
    const character = text[at]!;
    if (character === '\n' || character === '\r') {
      if (!blank) rows.push(counts);
      counts = candidates.map(() => 0);
      cellStart = blank = true;
      continue;
    }
    blank = false;
    const candidate = candidates.indexOf(character as (typeof candidates)[number]);
    if (candidate !== -1) counts[candidate]!++;
    else if (character === '"' && cellStart) at = closingQuote(text, at);
    cellStart = candidate !== -1;
  }
  if (!blank && rows.length < sampleRows) rows.push(counts);
  return rows;
}

/** Where the quote closes that opens at `open`, or the end of the text. */
function closingQuote(text: string, open: number): number {
  for (let at = text.indexOf('"', open + 1); at !== -1; at = text.indexOf('"', at + 2)) {
    if (text[at + 1] !== '"') return at;
  }
  return text.length;
}
