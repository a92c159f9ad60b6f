import { describe, expect, it } from 'vitest';
import { createRecordMapper } from '../../../src/records/record-mapper.ts';
import { json, row, settings, tableFile } from '../given.ts';

/** The warning about a column with these values. */
function warningFor(values: readonly string[], piiCheck = true): string | undefined {
  const file = tableFile(['user_id', 'c']);
  const mapper = createRecordMapper(settings(), { piiCheck });
  mapper.plan(file);
  mapper.map(values.map((value, n) => row(file, [`u${n}`, value])));
  return mapper.warnings().find(({ code }) => code === 'personal-data')?.message;
}

describe('columns that look like personal data', () => {
  it.each([
    ['e-mail addresses', ['ann@example.org', 'b.o+x@mail.example.co.uk']],
    ['phone numbers', ['+49 30 1234567', '+14155550100', '(555) 123-4567', '555-123-4567', '030 1234567']],
    ['card numbers', ['4111 1111 1111 1111', '5500005555555559', '378282246310005']],
  ])('are reported with their kind: %s', (kind, values) => {
    for (const value of values) expect(warningFor([value])).toContain(`c (${kind})`);
    const message = warningFor(values);
    expect(message).toContain('--hash <column>');
    for (const value of values) expect(message).not.toContain(value);
  });

  it.each([
    ['ids', ['10000000', '4111111111111112', '0123456789012', '12-345']],
    ['dates', ['2024-01-02', '2024-01-02T10:00:00Z', '01.02.2024']],
    ['other texts', ['a@b', '@ann', 'Mail me at ann@example.org', '3.14', '192.168.100.200', '1,234,567']],
  ])('are not %s', (_, values) => {
    for (const value of values) expect(warningFor([value]), value).toBeUndefined();
  });

  it('are those with mostly such values', () => {
    expect(warningFor(['ann@example.org', 'none', 'none', 'none'])).toBeUndefined();
    expect(warningFor(['ann@example.org', 'none', 'bob@example.org'])).toBeDefined();
  });

  it('are not searched for if the check is turned off', () => {
    expect(warningFor(['ann@example.org'], false)).toBeUndefined();
  });

  it('are found in fields, ids and attributes of JSON', () => {
    const mapper = createRecordMapper(settings(), { piiCheck: true });
    mapper.map([
      json({
        user_id: 'ann@example.org',
        city: '+4930123456',
        custom_attributes: { card: '4111111111111111' },
      }),
    ]);
    expect(mapper.warnings().find(({ code }) => code === 'personal-data')).toMatchObject({
      count: 3,
      message: expect.stringContaining(
        'user_id (e-mail addresses), city (phone numbers) and custom_attributes.card (card numbers)',
      ),
    });
  });
});
