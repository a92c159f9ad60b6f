import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isObject, type JsonObject } from '../../../src/contract/json.ts';
import { toHex } from '../../../src/sync/fingerprint/fingerprint.ts';
import { Fingerprints } from '../../../src/sync/fingerprint/fingerprints.ts';
import { effort } from '../../effort.ts';

const fingerprints = new Fingerprints('5a'.repeat(16));
const printOf = (json: string) => toHex(fingerprints.ofRecord(json));
const printOfValue = (record: object) => printOf(JSON.stringify(record));

/** One text for all records that Miso stores alike. */
function oneForm(record: JsonObject): string {
  const { custom_attributes: attributes, ...fields } = record;
  const isEmpty = isObject(attributes) && Object.values(attributes).every((value) => value === null);
  const dates = ['created_at', 'updated_at'].flatMap((field) => {
    const time = typeof record[field] === 'string' ? Date.parse(record[field]) : Number.NaN;
    return Number.isNaN(time) ? [] : [[field, new Date(time).toISOString()] as const];
  });
  return sorted({
    ...fields,
    ...Object.fromEntries(dates),
    ...(isEmpty ? {} : { custom_attributes: attributes }),
  });
}

function sorted(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sorted)}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.entries(value).filter(([, member]) => member !== null && member !== undefined);
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${sorted(member)}`).sort()}}`;
}

/** A JSON text of a value in one of many spellings: order of keys, white space, escapes and forms of numbers. */
function spelled(value: unknown, next: () => number): string {
  const space = () => ['', '', ' ', '\n\t '][next() % 4];
  if (typeof value === 'string')
    return `"${[
      ...JSON.stringify(value)
        .slice(1, -1)
        .matchAll(/\\u....|\\.|[\s\S]/g),
    ]
      .map(([part]) => (part.length === 1 && next() % 9 === 0 ? escaped(part) : part))
      .join('')}"`;
  if (typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 1e12)
    return [`${value}`, `${value}.0`, `${value}e0`, `${value}0E-1`][next() % 4]!;
  if (Array.isArray(value))
    return `[${value.map((item) => `${space()}${spelled(item, next)}${space()}`)}${value.length ? '' : space()}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, member]) => {
    const text = `${spelled(key, next)}${space()}:${space()}${spelled(member, next)}`;
    return { text: `${space()}${text}${space()}`, at: next() };
  });
  const ordered = members.sort((a, b) => a.at - b.at).map(({ text }) => text);
  return `{${ordered.length ? ordered : space()}}`;
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

const text = fc.oneof(
  fc.constantFrom('', 'a', 'b', 'ab', '\u0001', '"', '\\', 'é', '😀'),
  fc.string({ unit: 'binary' }),
);
const scalar = fc.oneof(
  ...[text, fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true, noDefaultInfinity: true })],
  ...[fc.boolean(), fc.constant(null)],
);
const value = fc.oneof(
  scalar,
  fc.array(scalar, { maxLength: 3 }),
  fc.array(fc.dictionary(text, scalar, { maxKeys: 2 }), { maxLength: 2 }),
);
const key = fc.constantFrom('a', 'b', 'name', 'é', 'a"', 'created_at', 'custom_attributes');
const date = fc.constantFrom(
  '2026-01-02',
  '2026-01-02T00:00:00Z',
  '2026-01-02T01:00:00.000+01:00',
  '2026-01-02T00:00:00.001Z',
);
const user = fc.record(
  {
    ...{ user_id: text, name: value, created_at: fc.oneof(date, text), updated_at: date },
    custom_attributes: fc.oneof(fc.dictionary(key, value, { maxKeys: 3 }), value),
  },
  { requiredKeys: ['user_id'] },
);

describe('the fingerprint of a record', () => {
  it('is the same for each spelling of a record', () => {
    fc.assert(
      fc.property(user, fc.infiniteStream(fc.nat()), (record, numbers) => {
        const next = () => numbers.next().value as number;
        expect(printOf(spelled(record, next))).toBe(printOfValue(record));
      }),
      { numRuns: effort(500, 20_000) },
    );
  });

  it('is the same if and only if Miso stores two records alike', () => {
    const small = fc.oneof({ weight: 1, arbitrary: user }, { weight: 3, arbitrary: similar() });
    fc.assert(
      fc.property(small, small, (one, other) => {
        expect(printOfValue(one) === printOfValue(other)).toBe(oneForm(one) === oneForm(other));
      }),
      { numRuns: effort(2000, 100_000) },
    );
  });

  it.each([
    ['{"user_id":"a","age":12345678901234567890}', '{"user_id":"a","age":12345678901234567891}'],
    ['{"user_id":"a","age":0.1234567890123456789}', '{"user_id":"a","age":0.1234567890123456788}'],
    [
      '{"user_id":"a","created_at":"2026-01-02T00:00:00.0001Z"}',
      '{"user_id":"a","created_at":"2026-01-02T00:00:00.0002Z"}',
    ],
    ['{"user_id":"a","name":"\\u0000"}', '{"user_id":"a","name":""}'],
    ['{"user_id":"a","city":"b"}', '{"user_id":"a","city":"\\u0000b"}'],
    ['{"a":[1,[2]]}', '{"a":[[1],2]}'],
    ['{"a":[[1,2]]}', '{"a":[[1],[2]]}'],
    ['{"a":[[1],[2]]}', '{"a":[[1,[2]]]}'],
    ['{"a":"x"}', '{"a":"x\\u0000"}'],
    ['{"a":"\\u0161b"}', '{"a":"ac"}'],
    ['{"a":{"b":1},"c":{"d":2}}', '{"a":{"d":2},"c":{"b":1}}'],
    ['{"a":null}', '{"a":[null]}'],
    ['{"a":[]}', '{"a":{}}'],
    ['{"a":"1"}', '{"a":1}'],
    ['{"a":4294967296}', '{"a":0}'],
    ['{"a":-1}', '{"a":4294967295}'],
  ])('differs for %s and %s', (one, other) => {
    expect(printOf(one)).not.toBe(printOf(other));
  });

  it('differs among many records that differ little', () => {
    const prints = new Set<string>();
    const count = effort(60, 120);
    for (let a = 0; a < count; a++)
      for (let b = 0; b < count; b++)
        for (const record of [
          { x: a, y: b },
          { x: `${a}`, y: `${b}` },
          { x: { y: a }, y: { x: b } },
        ])
          prints.add(printOfValue({ ...record, custom_attributes: { x: b, list: [a, b] } }));
    expect(prints.size).toBe(3 * count * count);
  });

  it('has 64 bits, also of what is nested', () => {
    const prints = new Set<string>();
    // With 32 bits, about ten pairs would be the same.
    for (let n = 0; n < 300_000; n++) prints.add(printOf(`{"custom_attributes":{"n":${n}}}`));
    expect(prints.size).toBe(300_000);
  });
});

/** Records with few different values, so that two are often alike. */
function similar() {
  const few = fc.constantFrom<unknown>(null, 1, '1', '', [], {}, [1], { a: 1 }, { a: null });
  return fc.record(
    {
      user_id: fc.constantFrom('a', 'b'),
      name: few,
      created_at: fc.oneof(date, few),
      custom_attributes: few,
    },
    { requiredKeys: [] },
  );
}
