import { describe, expect, it } from 'vitest';
import { checkDate } from '../../../src/records/values/dates.ts';
import { InvalidValue } from '../../../src/records/values/invalid-value.ts';

const strict = { coerce: false, assumeUtc: false };
const coerce = { coerce: true, assumeUtc: false };
const utc = { coerce: true, assumeUtc: true };

function fault(value: unknown, rules = coerce): InvalidValue {
  const result = checkDate(value, rules);
  if (result instanceof InvalidValue) return result;
  throw new Error(`taken as ${result}`);
}

describe('a date in the form that Miso accepts', () => {
  it.each([
    '2024-01-02',
    '2024-02-29',
    '2000-02-29',
    '2024-12-31',
    '2024-01-02T10:00:00Z',
    '2024-01-02T23:59:59Z',
    '2024-01-31T23:59:59Z',
    '2024-01-02T10:00:00.123456789Z',
    '2024-01-02T10:00:00+05:30',
    '2024-01-02T10:00:00-00:00',
    '1998-12-31T23:59:60Z',
    '1998-12-31T15:59:60.123-08:00',
  ])('%s stays as it is', (text) => {
    expect(checkDate(text, strict)).toBe(text);
    expect(checkDate(text, coerce)).toBe(text);
  });

  it('may be written in lower case in JSON', () => {
    expect(checkDate('2024-01-02t10:00:00z', strict)).toBe('2024-01-02t10:00:00z');
    expect(checkDate('2024-01-02t10:00:00z', coerce)).toBe('2024-01-02T10:00:00Z');
  });
});

describe('other forms of a date', () => {
  it.each([
    ['2024-01-02 10:00:00+00', '2024-01-02T10:00:00+00:00'],
    ['2024-01-02 10:00:00.123456+00', '2024-01-02T10:00:00.123456+00:00'],
    ['2024-01-02 10:00:00,5+0530', '2024-01-02T10:00:00.5+05:30'],
    ['2024-01-02T10:00:00+0000', '2024-01-02T10:00:00+00:00'],
    ['2024-01-02 10:00:00 UTC', '2024-01-02T10:00:00Z'],
    ['2024-01-02 10:00:00 gmt', '2024-01-02T10:00:00Z'],
    ['2024-01-02 10:00:00 -0800', '2024-01-02T10:00:00-08:00'],
    ['2024-01-02 10:00Z', '2024-01-02T10:00:00Z'],
    [' 2024-01-02 ', '2024-01-02'],
  ])('%s becomes %s', (text, normal) => {
    expect(checkDate(text, coerce)).toBe(normal);
  });

  it('are rejected in JSON without --coerce, with the form to use', () => {
    const { hint } = fault('2024-01-02 10:00:00+00', strict);
    expect(hint).toContain('2024-01-02T10:00:00+00:00');
    expect(hint).toContain('--coerce');
  });
});

describe('a date-time without a zone', () => {
  it.each(['2024-01-02T10:00:00', '2024-01-02 10:00:00', '2024-01-02 10:00'])('%s is rejected', (text) => {
    expect(fault(text)).toMatchObject({ reason: 'expected a date-time with its time zone' });
    expect(fault(text).hint).toContain('--assume-utc');
  });

  it('is UTC with --assume-utc, also in JSON', () => {
    expect(checkDate('2024-01-02 10:00:00.50', utc)).toBe('2024-01-02T10:00:00.50Z');
    expect(checkDate('2024-01-02T10:00:00', { coerce: false, assumeUtc: true })).toBe('2024-01-02T10:00:00Z');
  });

  it('keeps a zone that is given', () => {
    expect(checkDate('2024-01-02 10:00:00+01', utc)).toBe('2024-01-02T10:00:00+01:00');
    expect(checkDate('2024-01-02', utc)).toBe('2024-01-02');
  });
});

describe('a text that is not a date', () => {
  it.each([
    ['2023-02-29', 'valid date'],
    ['1900-02-29', 'valid date'],
    ['2024-04-31', 'valid date'],
    ['2024-13-01', 'valid date'],
    ['2024-00-10', 'valid date'],
    ['0000-00-00 00:00:00', 'valid date'],
    ['2024-01-00', 'valid date'],
    ['2024-01-02T24:00:00Z', 'expected a time'],
    ['2024-01-02T10:60:00Z', 'expected a time'],
    ['2024-01-02T10:00:61Z', 'expected a time'],
    ['2024-01-02T10:00:60Z', 'expected a time'],
    ['1998-12-31T22:59:60Z', 'expected a time'],
    ['2024-01-02T10:00:00+24:00', 'expected a time'],
    ['2024-01-02T10:00:00+10:60', 'expected a time'],
    ['', 'expected an ISO 8601 date'],
    ['soon', 'expected an ISO 8601 date'],
    ['2024-1-2', 'expected an ISO 8601 date'],
    ['20240102', 'expected an ISO 8601 date'],
    ['2024-01', 'expected an ISO 8601 date'],
    ['12024-01-02', 'expected an ISO 8601 date'],
    ['2024-01-02T', 'expected an ISO 8601 date'],
    ['2024-01-02T10:00:00.Z', 'expected an ISO 8601 date'],
    ['2024-01-02T10:00:00 CET', 'expected an ISO 8601 date'],
    ['2024-01-02x', 'expected an ISO 8601 date'],
    ['2024/01-02', 'expected an ISO 8601 date'],
    ['2024-01-02T10:00-00Z', 'expected an ISO 8601 date'],
    ['2024-01-02T1x:00:00Z', 'expected an ISO 8601 date'],
  ])('%j is rejected', (text, reason) => {
    for (const rules of [strict, coerce, utc]) expect(fault(text, rules).reason).toContain(reason);
  });

  it.each(['01/02/2024', '1/2/24', '02.01.2024', '2024/01/02', '01/02/2024 10:00'])(
    '%s gets the form to write',
    (text) => {
      expect(fault(text, utc).hint).toContain('2024-01-02');
      expect(fault(text, utc).hint).toContain('year-month-day');
    },
  );

  it.each([1_700_000_000, '1700000000', '1700000000000'])(
    'a Unix timestamp %j is refused with its date',
    (value) => {
      expect(fault(value).hint).toContain('2023-11-14T22:13:20Z');
    },
  );

  it("recognizes a spreadsheet's day number", () => {
    expect(fault('45293').reason).toContain('day number');
    expect(fault('45293.5').reason).toContain('day number');
  });
});
