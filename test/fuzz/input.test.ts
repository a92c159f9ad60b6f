import { brotliCompressSync, gzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { effortOf } from '../effort.ts';
import { inShort, type ReadingOptions, reading } from '../input/reading.ts';

const numRuns = effortOf('FUZZ_RUNS', 50, 2000);
const check = <T extends [unknown, ...unknown[]]>(property: fc.IAsyncProperty<T>) =>
  fc.assert(property, { numRuns });

const chunkLengths = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });
const path = fc.constantFrom('users', 'u.csv', 'u.tsv', 'u.json', 'u.ndjson', 'u.csv.gz', 'u.br');

// Text made of characters that matter to readers, so that random text reaches all of their code.
const tricky = fc
  .array(
    fc.oneof(
      {
        weight: 6,
        arbitrary: fc.constantFrom(...',;\t|"\n\r[]{}:\\', '\r\n', '""', '","', 'a', '1', ' ', 'é', '\0'),
      },
      {
        weight: 2,
        arbitrary: fc.constantFrom('{"a":1}', '{"data":[', '[{"a":"x"},', 'sep=;\n', 'id,name\n', '\ufeff'),
      },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 5 }) },
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(''));

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((data) => Buffer.from(data)),
  tricky.map((text) => Buffer.from(text)),
  tricky.map((text) => Buffer.from(`\ufeff${text}`, 'utf16le')),
  tricky.map((text) => gzipSync(text)),
  tricky.map((text) => brotliCompressSync(text)),
);

/** Everything that a caller can see of a reading, except the bytes, which depend on the chunks. */
async function seen(content: Buffer, options: ReadingOptions) {
  const { file, warnings, records, error } = await reading(content, options);
  return {
    file,
    warnings,
    records: records.map((record) => ({ ...record, short: inShort(record) })),
    error: error?.message,
  };
}

describe('any bytes', () => {
  test('result in records or an error with increasing line numbers', () =>
    check(
      fc.asyncProperty(bytes, path, async (content, name) => {
        const { records } = await reading(content, { path: name });
        for (const [at, record] of records.entries()) {
          expect(record.line).toBeGreaterThanOrEqual(at === 0 ? 1 : records[at - 1]!.line);
        }
      }),
    ));

  test('are read the same for any chunks', () =>
    check(
      fc.asyncProperty(bytes, path, chunkLengths, async (content, name, chunks) => {
        expect(await seen(content, { path: name, chunks })).toEqual(await seen(content, { path: name }));
      }),
    ));

  test('damaged by a change or a cut never crash the reader', () =>
    check(
      fc.asyncProperty(bytes, fc.nat(), fc.nat(255), fc.boolean(), async (content, where, byte, cut) => {
        const at = where % (content.length + 1);
        const damaged = Buffer.concat([
          content.subarray(0, at),
          Buffer.from([byte]),
          cut ? Buffer.alloc(0) : content.subarray(at + 1),
        ]);
        await reading(damaged);
      }),
    ));
});

describe('rows', () => {
  const plain = fc.string({ unit: fc.constantFrom('a', ' ', ';', 'é', '\0', '\\', '\t'), maxLength: 6 });
  const content = fc.string({ unit: fc.constantFrom('a', ',', '""', '\n', '\r\n', 'é', ' '), maxLength: 6 });
  const cell = fc.oneof(
    plain,
    content.map((text) => `"${text}"`),
  );

  test('are split as csv-parse splits them, with any quotes', () =>
    check(
      fc.asyncProperty(fc.array(fc.tuple(cell, cell, cell), { minLength: 1 }), async (rows) => {
        const text = `a,b,c\n${rows.map((row) => row.join(',')).join('\n')}\n`;
        const { records } = await reading(text, { settings: { format: 'csv', delimiter: ',' } });
        // Rows of nothing but delimiters are blank.
        const filled = rows.map((row) => row.join(',')).filter((row) => !/^,*$/.test(row));
        const expected: string[][] = parse(filled.join('\n'), { record_delimiter: ['\r\n', '\n', '\r'] });
        expect(records.map((record) => (record.kind === 'row' ? record.cells : undefined))).toEqual(expected);
      }),
    ));
});

describe('a table', () => {
  const cell = fc.string({
    unit: fc.oneof(
      fc.constantFrom(',', ';', '\t', '|', '"', '\n', '\r', '\r\n', ' ', 'a', 'é', '😀', '\0'),
      fc.string({ maxLength: 1 }),
    ),
    maxLength: 8,
  });
  const dialect = fc.record({
    delimiter: fc.constantFrom(',', ';', '\t', '|'),
    lineEnd: fc.constantFrom('\n', '\r\n', '\r'),
    quoteAll: fc.boolean(),
    finalLineEnd: fc.boolean(),
  });
  const encoded: Readonly<Record<string, (text: string) => Buffer>> = {
    utf8: (text) => Buffer.from(text),
    bom: (text) => Buffer.from(`\ufeff${text}`),
    utf16le: (text) => Buffer.from(`\ufeff${text}`, 'utf16le'),
    utf16be: (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
    gzip: (text) => gzipSync(text),
  };

  test('that was written in any dialect and encoding is read back, each row at its line', () =>
    check(
      fc.asyncProperty(
        fc.array(fc.tuple(cell, cell, cell), { maxLength: 8 }),
        dialect,
        fc.constantFrom(...Object.keys(encoded)),
        chunkLengths,
        async (rows, { delimiter, lineEnd, quoteAll, finalLineEnd }, encoding, chunks) => {
          const written = (value: string) =>
            quoteAll || /[",;\t|\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
          const texts = [['id', 'name', 'bio'], ...rows].map((row) => row.map(written).join(delimiter));
          const text = texts.join(lineEnd) + (finalLineEnd ? lineEnd : '');
          const { records, error } = await reading(encoded[encoding]!(text), { chunks });
          expect(error).toBeUndefined();
          let line = 2;
          const expected = rows.flatMap((cells, at) => {
            const raw = texts[at + 1]!;
            const row = { kind: 'row', line, cells, raw };
            line += raw.split(/\r\n|\n|\r/).length;
            // Rows of only delimiters are blank.
            return raw.replaceAll(delimiter, '') === '' ? [] : [row];
          });
          expect(records).toMatchObject(expected);
          expect(records).toHaveLength(expected.length);
        },
      ),
    ));

  test('with rows of any length gives each row, as a record or as a fault', () =>
    check(
      fc.asyncProperty(
        fc.array(fc.array(fc.constantFrom('x', '"y,\n"', 'z"', '"q"r', ''), { minLength: 2, maxLength: 5 })),
        async (rows) => {
          const text = `a,b,c\n${rows.map((row) => `${row.join(',')}\n`).join('')}`;
          const { records, error } = await reading(text, { settings: { format: 'csv', delimiter: ',' } });
          expect(error).toBeUndefined();
          // A row may be divided at a line end, where a quote may be unclosed; rows of only delimiters are blank.
          const texts = rows.map((row) => row.join(',')).filter((row) => !/^,*$/.test(row));
          expect(records.map(({ raw }) => raw).join('\n')).toBe(texts.join('\n'));
        },
      ),
    ));
});

describe('JSON', () => {
  // JSON has no -0 to be read back.
  const plain = <T>(arbitrary: fc.Arbitrary<T>) =>
    arbitrary.map((value) => JSON.parse(JSON.stringify(value)) as T);
  const values = fc.array(fc.jsonValue({ maxDepth: 3 }), { maxLength: 8 });
  const objects = plain(
    fc.array(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 }), { maxLength: 8 }),
  );
  const spaces = fc.string({ unit: fc.constantFrom(' ', '\n', '\t', '\r\n'), maxLength: 3 });
  const valuesOf = (records: Awaited<ReturnType<typeof reading>>['records']) =>
    records.map((record) => (record.kind === 'json' ? record.value : inShort(record)));

  test('in a list with any white space is read as JSON.parse reads it, each element at its line', () =>
    check(
      fc.asyncProperty(
        values,
        spaces,
        fc.constantFrom(undefined, 1, '\t'),
        chunkLengths,
        async (list, space, indent, chunks) => {
          const texts = list.map((value) => JSON.stringify(value, null, indent));
          const text = `${space}[${space}${texts.join(`${space},${space}`)}${space}]${space}`;
          const { records, error } = await reading(text, { path: 'u.json', chunks });
          expect(error).toBeUndefined();
          expect(valuesOf(records)).toEqual(JSON.parse(text));
          let at = 0;
          for (const [index, record] of records.entries()) {
            at = text.indexOf(texts[index]!, at);
            expect(record.line).toBe(text.slice(0, at).split('\n').length);
            at += texts[index]!.length;
          }
        },
      ),
    ));

  test('in a wrapper is read whatever surrounds the list', () =>
    check(
      fc.asyncProperty(
        objects,
        fc.jsonValue({ maxDepth: 3 }),
        spaces,
        chunkLengths,
        async (data, other, space, chunks) => {
          const text = JSON.stringify({ before: other, data, after: other }).replace(
            '"data":',
            `"data"${space}:${space}`,
          );
          const { records, error } = await reading(text, { path: 'u.json', chunks });
          expect(error).toBeUndefined();
          expect(valuesOf(records)).toEqual(data);
        },
      ),
    ));

  test('as lines is read back, also between invalid lines', () =>
    check(
      fc.asyncProperty(objects, fc.boolean(), chunkLengths, async (list, broken, chunks) => {
        const lines = list.flatMap((value) => [
          JSON.stringify(value),
          ...(broken ? ['{"a":', '', '"x'] : []),
        ]);
        const { records } = await reading(`${lines.join('\n')}\n{}\n`, { path: 'u.ndjson', chunks });
        const read = records.filter(({ kind }) => kind === 'json');
        expect(valuesOf(read)).toEqual([...list, {}]);
        expect(records).toHaveLength(lines.filter((line) => line !== '').length + 1);
      }),
    ));

  test('is reported as lossy only if a key or a digit is lost', () =>
    check(
      fc.asyncProperty(objects, fc.boolean(), async (list, spaced) => {
        const text = list
          .map((value) => JSON.stringify(value).replaceAll('":', spaced ? '" :' : '":'))
          .join('\n');
        const { records } = await reading(`{}\n${text}\n`, { path: 'u.ndjson' });
        for (const record of records) if (record.kind === 'json') expect(record).not.toHaveProperty('lossy');
      }),
    ));
});
