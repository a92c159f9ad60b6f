import { describe, expect, it } from 'vitest';
import { isDateOrDateTime } from '../../src/sandbox/store/dates.ts';
import { isUri } from '../../src/sandbox/store/uri.ts';

describe('a date', () => {
  it.each([
    '2024-01-31',
    '2024-02-29',
    '2000-02-29',
    '2024-01-02T03:04:05Z',
    '2024-01-02t03:04:05z',
    '2024-01-02T03:04:05.000001-08:00',
    '2016-12-31T23:59:60Z',
    '2016-12-31T15:59:60-08:00',
    '2017-01-01T05:29:60+05:30',
  ])('%s is valid', (text) => {
    expect(isDateOrDateTime(text)).toBe(true);
  });

  it.each([
    '',
    '2024',
    '2024-1-2',
    '20240102',
    '2023-02-29',
    '1900-02-29',
    '2024-13-01',
    '2024-00-01',
    '2024-04-31',
    '2024-01-00',
    '01/02/2024',
    '2024-01-02 03:04:05Z',
    '2024-01-02T03:04:05',
    '2024-01-02T03:04Z',
    '2024-01-02T24:00:00Z',
    '2024-01-02T03:60:00Z',
    '2024-01-02T03:04:61Z',
    '2024-01-02T03:04:60Z',
    '2024-01-02T03:04:05+24:00',
    '2024-01-02T03:04:05+01:60',
    '2024-01-02T03:04:05+0100',
    '2024-01-02T03:04:05.Z',
    '2024-01-02\n',
    '٢٠٢٤-01-02',
  ])('%j is invalid', (text) => {
    expect(isDateOrDateTime(text)).toBe(false);
  });
});

describe('a URI', () => {
  it.each([
    'https://example.com/a.png',
    'http://user@[2001:db8::1]:8080/x?y=[1]#z'.replace('[1]', '1'),
    'data:image/png;base64,AAAA==',
    'urn:isbn:0451450523',
    'https://example.com/%E2%82%AC',
    'file:///x',
  ])('%s is valid', (text) => {
    expect(isUri(text)).toBe(true);
  });

  it.each([
    '',
    'a.png',
    '/a.png',
    '//example.com/a',
    'https:',
    '1http://x',
    'http://x/a b',
    'http://x/€',
    'http://x/%zz',
    'http://x/#a#b',
    'http://x/[1]',
    'http://[::1',
    'http://x:port/',
    'x:<y>',
  ])('%j is invalid', (text) => {
    expect(isUri(text)).toBe(false);
  });
});
