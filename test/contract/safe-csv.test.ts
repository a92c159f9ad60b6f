import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rawCells } from '../../src/contract/raw-cells.ts';
import { safeCell, safeRawCell, unsafeCell, unsafeRawCell } from '../../src/contract/safe-csv.ts';
import { quoteCsvCell } from '../../src/text.ts';

const cell = fc.string({ unit: fc.constantFrom(...'=\'+-@\t\r\na,;"'), maxLength: 6 });
/** A row of CSV text in which no spreadsheet runs a cell. */
function safeRow(row: string, delimiter: string): string {
  return rawCells(row, delimiter).map(safeRawCell).join(delimiter);
}

const formula = /^[=+\-@\t\r]/;

describe('a cell that is safe in a spreadsheet', () => {
  it('is not a formula, and is restored unchanged', () => {
    fc.assert(
      fc.property(cell, (text) => {
        expect(safeCell(text)).not.toMatch(formula);
        expect(unsafeCell(safeCell(text))).toBe(text);
      }),
    );
  });

  it('is unchanged if it was safe', () => {
    for (const text of ['', 'a', "'a", 'a=1', '1-2', '"=1']) expect(safeCell(text)).toBe(text);
  });
});

describe('a row that is safe in a spreadsheet', () => {
  it('is the row of its safe cells, with any delimiter', () => {
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1 }), fc.constantFrom(',', ';', '\t'), (cells, delimiter) => {
        const written = (text: string) =>
          text.includes(delimiter) || /["\r\n]/.test(text) ? quoteCsvCell(text) : text;
        const row = cells.map(written).join(delimiter);
        expect(rawCells(safeRow(row, delimiter), delimiter).map(unsafeRawCell).join(delimiter)).toBe(row);
        expect(safeRow(row, delimiter)).toBe(cells.map((text) => written(safeCell(text))).join(delimiter));
      }),
    );
  });

  it('is safe also after a quote that is never closed', () => {
    expect(safeRow('=1,"=2,=3', ',')).toBe("'=1,\"'=2,'=3");
  });
});
