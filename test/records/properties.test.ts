import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SourceRecord } from '../../src/input/source.ts';
import { cellOf } from '../../src/read/format.ts';
import type { RecordSource } from '../../src/records/record.ts';
import { createRecordMapper } from '../../src/records/record-mapper.ts';
import { accepted, faulty, json, jsonText, row, sent, settings, tableFile } from './given.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 20 });
const someText = text.filter((it) => it !== '');
const id = someText.filter((it) => !it.startsWith('_'));
const scalar = fc.oneof(
  text,
  fc.boolean(),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((it) => it + 0),
  fc.constant(null),
);
const attribute = fc.oneof(
  scalar,
  fc.array(fc.integer(), { maxLength: 3 }),
  fc.array(text, { maxLength: 3 }),
  fc.array(fc.dictionary(text, scalar, { maxKeys: 3 }), { maxLength: 3 }),
);
const instant = fc
  .date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true })
  .map((it) => it.toISOString());
const user = fc.record(
  {
    user_id: id,
    name: someText,
    city: someText,
    age: fc.integer(),
    created_at: fc.oneof(
      instant,
      instant.map((it) => it.slice(0, 10)),
    ),
    profile_image: fc.webUrl(),
    custom_attributes: fc.dictionary(text, attribute, { maxKeys: 5 }),
  },
  { requiredKeys: ['user_id'] },
);

describe('any valid record', () => {
  it('is sent as its own text when it comes as JSON', () => {
    fc.assert(
      fc.property(user, fc.constantFrom(undefined, 2), (value, indent) => {
        const raw = JSON.stringify(value, null, indent);
        const mapped = createRecordMapper(settings()).map([jsonText(raw)])[0]!;
        expect(accepted(mapped)).toMatchObject({
          json: raw,
          id: value.user_id,
          bytes: Buffer.byteLength(raw),
        });
      }),
    );
  });

  it('is the same record when settings require a rewrite', () => {
    fc.assert(
      fc.property(user, (value) => {
        const mapped = createRecordMapper(settings({ set: { gender: 'x' } })).map([json(value)])[0]!;
        expect(sent(mapped)).toEqual({ ...(JSON.parse(JSON.stringify(value)) as object), gender: 'x' });
      }),
    );
  });

  it('is the same record when it is read from a row', () => {
    fc.assert(
      fc.property(user, (value) => {
        const record = tableFile(Object.keys(value));
        const mapped = createRecordMapper(settings()).map([
          row(record, Object.values(value).map(cellOf)),
        ])[0]!;
        expect(sent(mapped)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe('any record', () => {
  const units = fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)), maxLength: 30 });
  const columns = [
    'user_id',
    'age',
    'created_at',
    'profile_image',
    'custom_attributes',
    'n',
    'b',
    'l',
    'j',
    'custom_attributes.x',
  ];
  const table = tableFile(columns);
  const cell = fc.oneof(
    units,
    fc.json(),
    fc.constantFrom('', ' ', '1', '2024-01-02', '01/02/2024', '{"n":1}', 'a'),
  );
  const keys = fc.oneof(fc.constantFrom(...columns, '_errors', '_raw', '__proto__'), units);
  const anyObject = fc.dictionary(keys, fc.oneof(fc.jsonValue(), units, cell), { maxKeys: 6 });
  const anyRecord: fc.Arbitrary<SourceRecord> = fc.oneof(
    fc
      .array(cell, { minLength: columns.length, maxLength: columns.length })
      .map((cells) => row(table, cells)),
    fc.oneof(anyObject, fc.jsonValue()).map((value) => json(value)),
    units.map(faulty),
  );
  const anySettings = fc.record({
    unknown: fc.constantFrom(undefined, 'custom', 'drop', 'keep') as fc.Arbitrary<
      'custom' | 'drop' | 'keep' | undefined
    >,
    coerce: fc.boolean(),
    assumeUtc: fc.boolean(),
  });
  const type = { n: 'number', b: 'boolean', l: 'list', j: 'json' } as const;

  it('is accepted or rejected with reasons; nothing is thrown', () => {
    fc.assert(
      fc.property(fc.array(anyRecord, { maxLength: 8 }), anySettings, (records, { unknown, ...others }) => {
        const given = { ...others, type, ...(unknown === undefined ? {} : { unknown }) };
        const mapped = createRecordMapper(settings(given)).map(records);
        const placeOf = ({ kind, file, line, raw }: RecordSource) => ({ kind, file, line, raw });
        expect(mapped.map(({ source }) => placeOf(source))).toEqual(records.map(placeOf));
        for (const one of mapped) {
          if (one.kind === 'user') {
            expect(sent(one)['user_id']).toBe(one.id);
            expect(one.bytes).toBe(Buffer.byteLength(one.json));
            continue;
          }
          expect(one.reasons.length).toBeGreaterThan(0);
          if (one.source.kind === 'faulty') continue;
          for (const { reason, found = '', hint = '' } of one.reasons) {
            expect(`${reason}${found}${hint}`).not.toMatch(/[\u0000-\u001f\u007f-\u009f\p{Surrogate}]/u);
          }
          if (one.json !== undefined) expect(() => JSON.parse(one.json!)).not.toThrow();
        }
      }),
      { numRuns: 300 },
    );
  });

  it('is accepted again after it was accepted once', () => {
    fc.assert(
      fc.property(anyRecord, (record) => {
        const first = createRecordMapper(settings({ type, coerce: true })).map([record])[0]!;
        if (first.kind === 'rejected') return;
        const again = createRecordMapper(settings()).map([jsonText(first.json)])[0]!;
        expect(accepted(again).json).toBe(first.json);
      }),
      { numRuns: 300 },
    );
  });
});
