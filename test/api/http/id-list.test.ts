import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IdListBuilder, IdListReader } from '../../../src/api/http/id-list.ts';
import { ReplyTooLargeError } from '../../../src/api/http/reply-body.ts';

/** Reads a body in pieces of the given sizes, the last of which is repeated. */
function read(body: string | Buffer, sizes: readonly number[] = [Number.POSITIVE_INFINITY]) {
  const builder = new IdListBuilder();
  const reader = new IdListReader((some, json) => builder.add(some, json));
  const bytes = Buffer.from(body);
  let from = 0;
  for (let n = 0; from < bytes.length; n++) {
    const size = sizes[Math.min(n, sizes.length - 1)] ?? 1;
    reader.write(bytes.subarray(from, from + size));
    from += size;
  }
  const text = reader.end();
  return { text, ids: reader.isComplete ? builder.list().toArray() : undefined };
}

const ids = fc.array(
  fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('"', '\\', ',', ']', '[', '\\"')),
);
const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 });

describe('a list of ids', () => {
  it('is read for any ids and any chunks of the body', () => {
    fc.assert(
      fc.property(ids, sizes, fc.constantFrom(0, 1, 2), (list, cuts, space) => {
        const well = list.map((id) => id.toWellFormed());
        const body = JSON.stringify(
          { took: [1, { ids: [] }], message: 'a "b"', data: { ids: well } },
          null,
          space,
        );
        const { text, ids: found } = read(body, cuts);
        expect(found).toEqual(well);
        expect(JSON.parse(text)).toEqual({ took: [1, { ids: [] }], message: 'a "b"', data: { ids: [] } });
      }),
    );
  });

  it.each([
    ['bytes that are not UTF-8', Buffer.from('{"data":{"ids":["u1","Jos\xe9"]}}', 'latin1')],
    ['a number whose digits would be lost', '{"data":{"ids":[12345678901234567890]}}'],
    ['a number that is written in another way', '{"data":{"ids":[1.5]}}'],
  ])('is refused if it contains %s', (_, body) => {
    expect(read(body).ids).toBeUndefined();
  });

  it('may follow a byte order mark', () => {
    const { text, ids: found } = read('\ufeff{"data":{"ids":["u1"]}}');
    expect(found).toEqual(['u1']);
    expect(text).toBe('{"data":{"ids":[]}}');
  });

  it('is read across the boundary of two pieces', () => {
    const many = Array.from({ length: 60_000 }, (_, n) => `user-${n}`);
    const { ids: found } = read(JSON.stringify({ data: { ids: many } }), [65_536]);
    expect(found).toEqual(many);
  });

  it('is passed on in pieces of bounded size while the reply arrives', () => {
    const sizes: number[] = [];
    const seen: string[] = [];
    const reader = new IdListReader((some, json) => {
      sizes.push(json.length);
      seen.push(some[0]!);
    });
    reader.write(Buffer.from('{"data":{"ids":["first"'));
    const chunk = Buffer.from(',"user-1234567890"'.repeat(1000));
    for (let n = 0; n < 100; n++) reader.write(chunk);
    const before = sizes.length;
    reader.write(Buffer.from(']}}'));
    reader.end();
    expect(seen[0]).toBe('first');
    expect(before).toBe(sizes.length - 1);
    expect(Math.max(...sizes)).toBeLessThan(256 * 1024 + chunk.length);
    expect(sizes.length).toBeGreaterThan(5);
  });

  it('passes on no ids after a syntax error', () => {
    const passed: string[] = [];
    const reader = new IdListReader((some) => passed.push(...some));
    reader.write(Buffer.from(`{"data":{"ids":["a" "b",${'"c",'.repeat(80_000)}`));
    reader.write(Buffer.from(`${'"d",'.repeat(80_000)}"e"]}}`));
    reader.end();
    expect([passed, reader.isComplete]).toEqual([[], false]);
  });

  it('may contain numbers, which become text', () => {
    expect(read('{"data":{"ids":["a",7]}}').ids).toEqual(['a', '7']);
  });

  it.each([
    '{"data":{"ids":["a","b"',
    '{"data":{"ids":["a",]}}',
    '{"data":{"ids":[,"a"]}}',
    '{"data":{"ids":["a" "b"]}}',
    '{"data":{"ids":["a]}}',
  ])('%s is not JSON', (body) => {
    const { text, ids: found } = read(body);
    expect(() => JSON.parse(text)).toThrow();
    expect(found).toBeUndefined();
  });

  it.each(['{"data":{"ids":[{}]}}', '{"data":{"ids":[null]}}', '{"data":["a"]}', '{"ids":["a"]}', '{}', ''])(
    '%s holds none',
    (body) => expect(read(body).ids).toBeUndefined(),
  );

  it('has no size limit, but everything around it has', () => {
    const id = `"${'x'.repeat(1000)}",`;
    const long = `{"data":{"ids":[${id.repeat(20_000)}"y"]}}`;
    expect(read(long, [65_536]).ids).toHaveLength(20_001);
    expect(() => read(`{"message":"${'x'.repeat(17 * 1024 ** 2)}"}`, [65_536])).toThrow(ReplyTooLargeError);
    expect(() => read(`{"data":{"ids":["${'x'.repeat(40 * 1024 ** 2)}"]}}`, [65_536])).toThrow(
      ReplyTooLargeError,
    );
  });
});
