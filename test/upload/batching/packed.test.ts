import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SourceFile } from '../../../src/input/source.ts';
import type { Rejection, UserRecord } from '../../../src/records/record.ts';
import type { Batch, Item } from '../../../src/upload/batching/item.ts';
import { LocalBatch } from '../../../src/upload/batching/local-batch.ts';
import {
  keyOf,
  packBatch,
  packRejection,
  UnpackedBatch,
  unpackRejection,
} from '../../../src/upload/batching/packed.ts';
import { batchOf } from '../items.ts';

const ndjson: SourceFile = { index: 0, path: 'a.ndjson', format: 'ndjson', encoding: 'utf-8' };
const table: SourceFile = {
  index: 1,
  path: 'b.csv',
  format: 'csv',
  encoding: 'utf-8',
  table: { columns: ['user_id', 'name', '_errors'], raw: 'user_id,name,_errors', delimiter: ',' },
};
const files = [ndjson, table];

const text = fc.string({ unit: 'binary' }).filter((some) => some.isWellFormed());

interface Made {
  readonly file: SourceFile;
  readonly id: string;
  readonly name: string;
  readonly line: number;
  readonly spaced: boolean;
}

const made = fc.record({
  file: fc.constantFrom(...files),
  id: text,
  name: text,
  line: fc.nat(),
  spaced: fc.boolean(),
});

function user({ file, id, name, line, spaced }: Made): UserRecord {
  const value = { user_id: id, name };
  const json = JSON.stringify(value);
  const source = file.table
    ? ({ kind: 'row', file, line, raw: `${id},${name},`, cells: [id, name, ''] } as const)
    : ({ kind: 'json', file, line, raw: spaced ? ` ${json}` : json, value } as const);
  return { kind: 'user', id, json, bytes: Buffer.byteLength(json), source };
}

function across(batch: Batch): Batch {
  const transfer: ArrayBuffer[] = [];
  return new UnpackedBatch(structuredClone(packBatch(batch, transfer), { transfer }), files);
}

function places(each: Batch['eachSent']): unknown[] {
  const told: unknown[] = [];
  each((position, file) => told.push([position, file]));
  return told;
}

/** All that is used of a batch on the other side. */
function seen(batch: Batch) {
  const { body, bytes } = batch;
  const plain = ({ position, record: { source, ...record } }: Item) => {
    const own = source.kind === 'row' ? source.cells : source.kind === 'json' ? source.value : undefined;
    const { kind, file, line, raw } = source;
    return { position, record, source: { kind, file, line, raw, own } };
  };
  return {
    bytes,
    body: Buffer.from(body).toString(),
    items: batch.items.map(plain),
    superseded: batch.superseded.map(plain),
    sent: places((told) => batch.eachSent(told)),
    replaced: places((told) => batch.eachSuperseded(told)),
  };
}

describe('a packed batch', () => {
  it('comes out as it went in, whatever its records and their files', () => {
    fc.assert(
      fc.property(
        fc.array(made, { minLength: 1, maxLength: 20 }),
        fc.array(made, { maxLength: 5 }),
        (some, replaced) => {
          const items = some.map((one, n) => ({ record: user(one), position: n * 3 }));
          const superseded = replaced.map((one, n) => ({ record: user(one), position: 100 - n }));
          const batch = new LocalBatch(items, superseded, batchOf(...items).bytes);
          expect(seen(across(batch))).toEqual(seen(batch));
        },
      ),
    );
  });

  it('has a whole number for each id, hardly ever the same for two', () => {
    const ids = Array.from({ length: 100_000 }, (_, n) => `user-${n}`);
    const keys = new Set(ids.map(keyOf));
    expect(keys.size).toBe(ids.length);
    expect([...keys].every((key) => Number.isSafeInteger(key) && key >= 0)).toBe(true);
    const record = (id: string) => user({ file: ndjson, id, name: 'n', line: 1, spaced: false });
    expect([...across(batchOf({ record: record('a'), position: 0 })).keys]).toEqual([keyOf('a')]);
  });

  it('leaves out the raw text where it is the JSON itself', () => {
    const record = user({ file: ndjson, id: 'u', name: 'n', line: 1, spaced: false });
    expect(packBatch(batchOf({ record, position: 0 }), []).sent.raw).toBeUndefined();
  });

  it('may travel with rejections', () => {
    const source = { kind: 'faulty', file: table, line: 7, raw: 'x', reason: 'expected JSON' } as const;
    const reasons = [{ field: '', reason: 'expected JSON', by: 'local' }] as const;
    const rejection: Rejection = { kind: 'rejected', reasons, source };
    expect(unpackRejection(structuredClone(packRejection(rejection)), files)).toEqual(rejection);
  });
});
