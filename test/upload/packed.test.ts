import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SourceFile } from '../../src/input/source.ts';
import type { Shaped } from '../../src/records/record.ts';
import { jsonPieces, pack, textOfRecord, unpack } from '../../src/upload/packed.ts';

const ndjson: SourceFile = { index: 0, path: 'a.ndjson', format: 'ndjson', encoding: 'utf-8' };
const table: SourceFile = {
  index: 1,
  path: 'b.csv',
  format: 'csv',
  encoding: 'utf-8',
  table: { columns: ['user_id', 'name', '_errors'], raw: 'user_id,name,_errors', delimiter: ',' },
};

const text = fc.string({ unit: 'binary' }).filter((some) => some.isWellFormed());

function user(file: SourceFile, { id, name, line }: { id: string; name: string; line: number }): Shaped {
  const value = { user_id: id, name };
  const json = JSON.stringify(value);
  const source = file.table
    ? ({ kind: 'row', file, line, raw: `${id},${name},`, cells: [id, name, ''] } as const)
    : ({ kind: 'json', file, line, raw: json, value } as const);
  return { kind: 'user', id, json, bytes: Buffer.byteLength(json), source };
}

function rejected(file: SourceFile, line: number): Shaped {
  const source = { kind: 'faulty', file, line, raw: 'x', reason: 'expected JSON' } as const;
  return { kind: 'rejected', reasons: [{ field: '', reason: 'expected JSON', by: 'local' }], source };
}

/** What of a record is used on the other side. */
function seen(one: ReturnType<typeof unpack>[number]) {
  if (one.kind === 'rejected') return { ...one };
  const { file, line, raw, kind } = one.source;
  const own =
    one.source.kind === 'row' ? one.source.cells : one.source.kind === 'json' ? one.source.value : undefined;
  return { id: one.id, bytes: one.bytes, json: textOfRecord(one), file, line, raw, kind, own };
}

describe('packed records', () => {
  it.each([ndjson, table])('come out as they went in: $path', (file) => {
    const one = fc.oneof(
      fc.record({ id: text, name: text, line: fc.nat() }).map((made) => user(file, made)),
      fc.nat().map((line) => rejected(file, line)),
    );
    fc.assert(
      fc.property(fc.array(one, { maxLength: 20 }), (shaped) => {
        const { packed, transfer } = pack(shaped, file);
        const arrived = structuredClone(packed, { transfer });
        expect(unpack(arrived, [ndjson, table]).map(seen)).toEqual(shaped.map(seen));
      }),
    );
  });

  it('are sent together where they stood together, in whatever order and from whatever chunk', () => {
    const some = fc.array(fc.record({ id: text, name: text, line: fc.nat() }), { maxLength: 8 });
    fc.assert(
      fc.property(
        fc.array(some, { maxLength: 3 }),
        fc.array(fc.nat(), { maxLength: 12 }),
        (chunks, picks) => {
          const all = chunks.flatMap((made) => {
            const shaped = made.map((one) => user(ndjson, one));
            return unpack(pack(shaped, ndjson).packed, [ndjson]).filter((one) => one.kind === 'user');
          });
          const picked = [...all, ...picks.flatMap((n) => all[n % all.length] ?? [])];
          const joined = jsonPieces(picked).map((piece) => Buffer.from(piece).toString());
          expect(joined.join(',')).toBe(picked.map(textOfRecord).join(','));
          const neighbours = jsonPieces(all);
          expect(neighbours).toHaveLength(chunks.filter((made) => made.length > 0).length);
        },
      ),
    );
  });

  it('leaves out the raw text where it is the JSON itself', () => {
    const { packed } = pack([user(ndjson, { id: 'u', name: 'n', line: 1 })], ndjson);
    expect(packed.raw).toBeUndefined();
  });
});
