import { describe, expect, it } from 'vitest';
import { describeSettings } from '../../../src/config/docs/describe.ts';
import { settingKeys } from '../../../src/config/settings.ts';
import { resolveIn, workspace } from '../workspace.ts';

describe('describeSettings', () => {
  it('has a row for every setting, with its value and origin', async () => {
    const space = workspace();
    const file = space.write(
      'work/.mirorc',
      'maxRejects: 5%\nprofile: p\nprofiles: { p: { columns: { map: { "Plan\\e": name } } } }\n',
    );
    const rows = describeSettings(
      await resolveIn(space, { env: { MISO_TIMEOUT: '2m' }, flags: { rejects: false } }),
    );
    const row = (key: string) => rows.find((candidate) => candidate.key === key);
    const keys = rows.map(({ key }) => (key.startsWith('columns.map') ? 'columns.map' : key));
    expect(keys).toEqual(settingKeys);
    expect(row('timeout')).toEqual({
      key: 'timeout',
      value: 120,
      text: '120',
      origin: 'MISO_TIMEOUT',
      kind: 'env',
    });
    expect(row('maxRejects')).toMatchObject({ value: '5%', text: '5%', origin: file });
    expect(row('rejects')).toMatchObject({ value: false, text: 'false', origin: '--rejects', kind: 'flag' });
    expect(row('columns.map.Plan\u001b')).toMatchObject({ value: 'name', origin: `${file} (profile p)` });
    expect(row('retries')).toMatchObject({ value: 8, origin: 'default' });
    expect(row('params')).toMatchObject({ value: {}, text: '{}', origin: 'default' });
    expect(row('requestsPerSecond')).toMatchObject({
      value: null,
      text: '(no client-side limit)',
    });
  });

  it('masks the key and says where it came from', async () => {
    const space = workspace();
    space.write('work/key', 'TopSecretKey123');
    const rows = describeSettings(await resolveIn(space, { env: { MISO_API_KEY_FILE: 'key' } }));
    expect(rows[0]).toMatchObject({ key: 'apiKey', origin: 'MISO_API_KEY_FILE', kind: 'env' });
    expect(rows[0]?.text).toMatch(/^\*\*\* \(fingerprint [0-9a-f]{8}\)$/);
    expect(JSON.stringify(rows)).not.toContain('TopSecret');
  });
});
