import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { variablesOf } from '../../../src/config/names.ts';
import type { SettingKey } from '../../../src/config/settings.ts';
import { settingKeys } from '../../../src/config/settings.ts';
import { readEnvironment } from '../../../src/config/sources/environment.ts';

describe('the environment', () => {
  it('has a variable for every setting, each for one setting only', () => {
    const variables = settingKeys.flatMap(variablesOf);
    expect(new Set(variables).size).toBe(variables.length);
    expect(variables).toEqual(
      expect.arrayContaining([
        'MISO_API_KEY',
        'MISO_RECORDS_PER_REQUEST',
        'MISO_COLUMNS_LIST_SEPARATOR',
        'MISO_CA_FILE',
      ]),
    );
  });

  it.each<[string, SettingKey, string, unknown]>([
    ['MISO_API_SERVER', 'server', 'https://a.example/', 'https://a.example'],
    ['MISO_SERVER', 'server', 'https://a.example/', 'https://a.example'],
    ['MISO_RPR', 'recordsPerRequest', '7', 7],
    ['MISO_BPR', 'bytesPerRequest', '1k', 1024],
    ['MISO_RPS', 'requestsPerSecond', '0.5', 0.5],
    ['MISO_COLUMNS_ASSUME_UTC', 'columns.assumeUtc', 'on', true],
    ['MISO_COLUMNS_SET', 'columns.set', '{"country":"NO"}', { country: 'NO' }],
    ['MISO_API_KEY_FILE', 'apiKeyFile', '~/key', join('/home/me', 'key')],
    ['MISO_PROFILE', 'profile', 'staging', 'staging'],
  ])('takes %s for %s', (variable, key, written, value) => {
    const { layer, problems, warnings } = readEnvironment({ [variable]: written }, { home: '/home/me' });
    expect(problems).toEqual([]);
    expect(warnings).toEqual([]);
    expect(layer.get(key)).toEqual({ value, origin: { kind: 'env', name: variable } });
  });

  it('treats an empty variable as not set, and uses the next name instead', () => {
    const { layer } = readEnvironment(
      { MISO_RETRIES: '', MISO_SERVER: '', MISO_API_SERVER: 'https://a.example' },
      { home: undefined },
    );
    expect([...layer.keys()]).toEqual(['server']);
  });

  it('names the variable that is ill-typed', () => {
    const { problems } = readEnvironment({ MISO_RPS: 'abc' }, { home: undefined });
    expect(problems).toEqual([
      { place: 'MISO_RPS', message: 'expected a number above 0, up to 10000, found "abc"' },
    ]);
  });

  it('warns of a variable that it does not know, with the closest one', () => {
    const { warnings } = readEnvironment(
      { MISO_APIKEY: 'x', MISO_QQQQQQQQ: '1', MISO_EMPTY: '', OTHER: '1', MISO_CONFIG: 'a.yaml' },
      { home: undefined },
    );
    expect(warnings).toEqual([
      'Unknown variable MISO_APIKEY ignored. Did you mean MISO_API_KEY?',
      'Unknown variable MISO_QQQQQQQQ ignored.',
    ]);
  });

  it('says which of two differing names of one setting is used', () => {
    const { layer, warnings } = readEnvironment(
      { MISO_RPR: '5', MISO_RECORDS_PER_REQUEST: '6' },
      { home: undefined },
    );
    expect(layer.get('recordsPerRequest')?.value).toBe(6);
    expect(warnings).toEqual(['MISO_RPR is ignored, because MISO_RECORDS_PER_REQUEST is also set.']);
    expect(
      readEnvironment({ MISO_RPR: '6', MISO_RECORDS_PER_REQUEST: '6' }, { home: undefined }).warnings,
    ).toEqual([]);
  });
});
