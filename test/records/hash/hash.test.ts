import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/errors.ts';
import type { SourceRecord } from '../../../src/input/source.ts';
import { createRecordMapper } from '../../../src/records/record-mapper.ts';
import { faulty, json, row, settings, tableFile } from '../given.ts';

const key = 'secret';
const hmac = (text: string) => createHmac('sha256', key).update(text).digest('hex');

function map(columns: readonly string[], record: SourceRecord) {
  const hash = Object.fromEntries(columns.map((column) => [column, true as const]));
  const mapper = createRecordMapper(settings({ hash }), { hashKey: key });
  if (record.file.table) mapper.plan(record.file);
  return { mapper, mapped: mapper.map([record])[0]! };
}

const sent = (columns: readonly string[], record: SourceRecord) => {
  const { mapped } = map(columns, record);
  if (mapped.kind !== 'user') throw new Error(JSON.stringify(mapped.reasons));
  return JSON.parse(mapped.json);
};

describe('--hash', () => {
  it('replaces the cells of a column, including the id, except empty ones', () => {
    const file = tableFile(['user_id', 'email', 'phone', 'name']);
    expect(sent(['user_id', 'email', 'phone'], row(file, ['u1', 'ann@x.org', '', 'Ann']))).toEqual({
      user_id: hmac('u1'),
      name: 'Ann',
      custom_attributes: { email: hmac('ann@x.org') },
    });
  });

  it('replaces the values of keys, including those in custom_attributes and lists', () => {
    const record = json({
      user_id: 7,
      email: 'ann@x.org',
      custom_attributes: { phones: ['1', '2'], vip: true, none: null, plan: 'pro' },
    });
    const columns = [
      'user_id',
      'email',
      'custom_attributes.phones',
      'custom_attributes.vip',
      'custom_attributes.none',
    ];
    expect(sent(columns, record)).toEqual({
      user_id: hmac('7'),
      custom_attributes: {
        phones: [hmac('1'), hmac('2')],
        vip: hmac('true'),
        none: null,
        plan: 'pro',
        email: hmac('ann@x.org'),
      },
    });
  });

  it('preserves all digits of other numbers in a record', () => {
    const text = '{"user_id":"u1","email":"a@x.org","custom_attributes":{"n":12345678901234567890}}';
    const record = { ...json({}), raw: text, value: JSON.parse(text), lossy: ['n'] };
    const { mapped } = map(['email'], record);
    expect(mapped.kind === 'user' && mapped.json).toContain('12345678901234567890');
  });

  it('rejects an empty id and values that cannot be hashed, without printing them', () => {
    const empty = map(['user_id'], row(tableFile(['user_id', 'name']), ['', 'Ann'])).mapped;
    expect(empty).toMatchObject({ kind: 'rejected', reasons: [{ field: 'user_id' }] });
    for (const value of [{ street: 'secret lane' }, 2 ** 60, 1.5, [['secret lane']]]) {
      const { mapped } = map(
        ['custom_attributes.address'],
        json({ user_id: 'u1', custom_attributes: { address: value } }),
      );
      expect(mapped).toMatchObject({
        kind: 'rejected',
        reasons: [{ field: 'custom_attributes.address', reason: 'cannot be hashed: expected text' }],
      });
      expect(JSON.stringify({ ...mapped, source: undefined })).not.toMatch(
        /secret lane|1152921504606846976|1\.5/,
      );
    }
  });

  it('prints no part of a record that cannot be parsed', () => {
    const { mapped } = map(['email'], { ...faulty('expected a value'), found: 'ann@x.org' });
    expect(JSON.stringify({ ...mapped, source: undefined })).not.toContain('ann@x.org');
  });

  it('never prints the clear text of an invalid value', () => {
    const secret = fc.string({ minLength: 12, unit: 'grapheme' }).map((text) => `${text}zqx`);
    const fields = fc.constantFrom('user_id', 'age', 'created_at', 'profile_image', 'name', 'email');
    fc.assert(
      fc.property(fields, secret, fc.boolean(), (field, value, isJson) => {
        const columns = ['user_id', ...(field === 'user_id' ? [] : [field])];
        const record = isJson
          ? json({ user_id: 'u1', [field]: value })
          : row(
              tableFile(columns),
              columns.map((column) => (column === field ? value : 'u1')),
            );
        const { mapper, mapped } = map([field], record);
        const shown = JSON.stringify([{ ...mapped, source: undefined }, mapper.warnings()]);
        expect(shown).not.toContain('zqx');
      }),
    );
  });

  it('requires a key and an existing column', () => {
    expect(() => createRecordMapper(settings({ hash: { email: true } }))).toThrow(UsageError);
    const mapper = createRecordMapper(settings({ hash: { emial: true } }), { hashKey: key });
    expect(() => mapper.plan(tableFile(['user_id', 'email']))).toThrow('emial');
  });
});
