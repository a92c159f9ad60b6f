import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ReadContext, valid } from '../../src/config/rules/rule.ts';
import type { SettingKey } from '../../src/config/settings.ts';
import { settingKeys, settingTable } from '../../src/config/settings.ts';

const data: ReadContext = { kind: 'data', path: (written) => written };
const text: ReadContext = { kind: 'text', path: (written) => written };

function read(key: SettingKey, value: unknown, medium: ReadContext): unknown {
  const judged = settingTable[key].rule.read(value, medium);
  return judged.ok ? judged.value : judged.problem;
}

describe('values as text', () => {
  it.each<[SettingKey, string, unknown]>([
    ['retries', '0', 0],
    ['retries', ' 8 ', 8],
    ['concurrency', '1000', 1000],
    ['requestsPerSecond', '0.5', 0.5],
    ['timeout', '60', 60],
    ['timeout', '60s', 60],
    ['timeout', '500ms', 0.5],
    ['timeout', '2m', 120],
    ['timeout', '24h', 86_400],
    ['timeout', '1.5 S', 1.5],
    ['bytesPerRequest', '1048576', 1_048_576],
    ['bytesPerRequest', '512k', 524_288],
    ['bytesPerRequest', '1MiB', 1_048_576],
    ['bytesPerRequest', '1m', 1_048_576],
    ['bytesPerRequest', '1MB', 1_000_000],
    ['bytesPerRequest', '1.5MiB', 1_572_864],
    ['maxRejects', '0', { count: 0 }],
    ['maxRejects', '12', { count: 12 }],
    ['maxRejects', '2.5%', { percent: 2.5 }],
    ['wait', 'YES', true],
    ['wait', '0', false],
    ['rejects', 'false', false],
    ['rejects', 'bad.csv', 'bad.csv'],
    ['delimiter', '\\t', '\t'],
    ['delimiter', 'tab', '\t'],
    ['delimiter', '\t', '\t'],
    ['delimiter', ';', ';'],
    ['encoding', 'Latin1', 'windows-1252'],
    ['encoding', 'UTF8', 'utf-8'],
    ['columns.map', '{"Id":"user_id"}', { Id: 'user_id' }],
    ['params', '{"a":1,"b":"x","c":true}', { a: '1', b: 'x', c: 'true' }],
    ['server', 'https://api.askmiso.com/', 'https://api.askmiso.com'],
    ['server', 'HTTPS://Api.AskMiso.com:443/v0//', 'https://api.askmiso.com/v0'],
    ['server', 'http://127.9.9.9:80/a/b/', 'http://127.9.9.9/a/b'],
    ['server', 'http://[::1]:8080', 'http://[::1]:8080'],
    ['server', 'http://localhost:3000', 'http://localhost:3000'],
  ])('%s accepts %j', (key, written, value) => {
    expect(settingTable[key].rule.read(written, text)).toEqual(valid(value));
  });

  it.each<[SettingKey, string, string | RegExp]>([
    ['retries', 'abc', 'expected a whole number from 0 to 1000, found "abc"'],
    ['retries', '-1', /found "-1"/],
    ['retries', '1.5', /found "1.5"/],
    ['retries', '1e3', /found "1e3"/],
    ['retries', '0x10', /found "0x10"/],
    ['retries', '', /found nothing/],
    ['retries', 'NaN', /found "NaN"/],
    ['concurrency', '0', /from 1 to 1000/],
    ['recordsPerRequest', '0', /from 1/],
    ['requestsPerSecond', '0', /above 0/],
    ['requestsPerSecond', 'abc', /above 0/],
    ['requestsPerSecond', 'Infinity', /above 0/],
    ['timeout', '0', /above 0/],
    ['timeout', '5x', /found "5x"/],
    ['timeout', '-5', /found "-5"/],
    ['timeout', 'constructor', /found/],
    ['timeout', '1constructor', /found/],
    ['timeout', '25h', /24h/],
    ['bytesPerRequest', '0', /size/],
    ['bytesPerRequest', '100.5', /size/],
    ['bytesPerRequest', '1GiB', /size/],
    ['bytesPerRequest', '1s', /size/],
    ['maxRejects', '101%', /percentage/],
    ['maxRejects', '1.5', /percentage/],
    ['maxRejects', '-1', /percentage/],
    ['maxRejects', '%', /percentage/],
    ['minRecords', 'many', 'expected a whole number, 0 or more, found "many"'],
    ['wait', 'maybe', 'expected true or false, found "maybe"'],
    ['format', 'xml', 'expected csv, tsv, json or ndjson, found "xml"'],
    ['delimiter', ';;', /one character/],
    ['delimiter', '"', /quotation mark/],
    ['delimiter', '\n', /line break/],
    ['encoding', 'utf-99', /expected an encoding/],
    ['columns.map', 'Id=user_id', /JSON object/],
    ['columns.map', '[1]', /JSON object/],
    ['columns.type', '{"a":"date"}', '"a": expected string, number, boolean, list or json, found "date"'],
    ['params', '{"API_KEY":"x"}', /logs/],
    ['params', '{"a":[1]}', '"a": expected text, a number, true or false, found a list'],
    ['server', 'api.askmiso.com', /did you mean https:\/\/api.askmiso.com\?/],
    ['server', 'localhost:8080/x', /did you mean http:\/\/localhost:8080\/x\?/],
    ['server', 'https:/api.askmiso.com', /did you mean https:\/\/api.askmiso.com\?/],
    ['server', 'http://api.askmiso.com/v1/', /write https:\/\/api.askmiso.com\/v1$/],
    ['server', 'http://localhost.evil.example', /would send the key unencrypted/],
    ['server', 'http://127.0.0.1.evil.example', /would send the key unencrypted/],
    ['server', 'http://0.0.0.0', /would send the key unencrypted/],
    ['server', 'https://a:b@c.example', /user name or password/],
    ['server', 'https://c.example/?', /query/],
    ['server', 'https://c.example/#', /fragment/],
    ['server', 'https://', /not a valid URL/],
    ['server', 'ftp://c.example', /expected an https/],
    ['server', 'file:///etc/passwd', /expected an https/],
    ['apiKey', 'a\nb', /line break/],
    ['apiKey', 'a\r', /line break/],
    ['apiKey', 'a b', /white space/],
    ['apiKey', 'a\u0001', /control character/],
    ['apiKey', 'schlüssel', /ASCII/],
    ['apiKey', ' ', /empty/],
    ['apiKey', 'a'.repeat(5000), /too long/],
  ])('%s refuses %j', (key, written, problem) => {
    expect(read(key, written, text)).toMatch(problem);
  });

  it('repeats no key in a refusal', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 6, unit: 'binary' }), (key) => {
        const judged = settingTable.apiKey.rule.read(key, text);
        return judged.ok || key.trim() === '' || !judged.problem.includes(key);
      }),
    );
  });

  it('accepts or refuses any text, without an exception', () => {
    fc.assert(
      fc.property(fc.constantFrom(...settingKeys), fc.string({ unit: 'binary' }), (key, written) => {
        const judged = settingTable[key].rule.read(written, text);
        expect(judged.ok ? judged.value : judged.problem).toBeDefined();
      }),
    );
  });
});

describe('values as data', () => {
  it.each<[SettingKey, unknown, string | RegExp]>([
    ['retries', '8', 'expected a whole number from 0 to 1000, found "8"; write it without quotes'],
    ['retries', true, /found true/],
    ['retries', Number.NaN, /found NaN/],
    ['requestsPerSecond', Number.POSITIVE_INFINITY, /found Infinity/],
    ['wait', 'yes', /found "yes"; write it without quotes/],
    ['wait', 1, /found 1/],
    ['columns.id', 7, 'expected the name of a column, found 7; put it in quotes'],
    ['columns.id', '', /found nothing/],
    ['columns.map', { a: 1 }, '"a": expected the name of a field, found 1; put it in quotes'],
    ['columns.map', ['a=b', 'c'], 'expected column=field, found "c"'],
    ['columns.set', { a: { b: Number.NaN } }, /any JSON value/],
    ['delimiter', '', /quotes/],
    ['apiKey', 123_456_789, /found a number; put the key in quotes/],
    ['report', false, /expected a path/],
  ])('%s refuses %j', (key, written, problem) => {
    expect(read(key, written, data)).toMatch(problem);
  });

  it('keeps dates and words of YAML as text', async () => {
    const { parseSettings } = await import('../../src/config/parse.ts');
    expect(await parseSettings('x.yaml', 'a: 2024-01-02\nb: NO\nc: on\n')).toEqual({
      a: '2024-01-02',
      b: 'NO',
      c: 'on',
    });
  });

  it('creates maps without inherited members', () => {
    const map = read('columns.map', { a: 'b' }, data) as Record<string, string>;
    expect(map['toString']).toBeUndefined();
  });

  it('accepts or refuses any value, without an exception', () => {
    fc.assert(
      fc.property(fc.constantFrom(...settingKeys), fc.anything(), (key, written) => {
        const judged = settingTable[key].rule.read(written, data);
        expect(judged.ok ? judged.value : judged.problem).toBeDefined();
      }),
    );
  });
});
