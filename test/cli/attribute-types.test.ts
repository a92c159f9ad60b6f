import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run, scene, stored } from './run.ts';

const user = (id: string, score: unknown) =>
  `${JSON.stringify({ user_id: id, custom_attributes: { score } })}\n`;
const numbers = Array.from({ length: 300 }, (_, n) => user(`u${n}`, n)).join('');

describe('an attribute with an outlier in the first record', () => {
  it('gets the type of most records, and only the outlier is rejected', async () => {
    const { miso, cwd, sandbox } = await scene();
    await writeFile(join(cwd, 'users.ndjson'), user('first', 'n/a') + numbers);
    const { code, stdout } = await miso(['users', 'upload', 'users.ndjson', '--json']);
    expect(code).toBe(1);
    const summary = JSON.parse(stdout);
    expect(summary.records).toMatchObject({ read: 301, uploaded: 300, rejected: 1 });
    expect(summary.errors).toMatchObject([
      { by: 'miso', count: 1, examples: [{ line: 1, user_id: 'first' }] },
    ]);
    expect(summary.warnings).toMatchObject([
      { code: 'attribute-type', count: 1, examples: [{ file: 'users.ndjson', line: 1, user_id: 'first' }] },
    ]);
    expect(stored(sandbox)).not.toHaveProperty('first');
  });

  it('is stored if Miso already has its type: Miso decides, not the command', async () => {
    const { miso, sandbox } = await scene();
    expect((await miso(['users', 'upload', '-'], { stdin: user('old', 'text') })).code).toBe(0);
    const { code } = await miso(['users', 'upload', '-'], { stdin: user('first', 'n/a') + numbers });
    expect(code).toBe(1);
    expect(Object.keys(stored(sandbox)).sort()).toEqual(['first', 'old']);
  });

  it('is not valid, and the others are', async () => {
    const { code, stdout, stderr } = await run(['users', 'validate', '-'], {
      stdin: user('first', 'n/a') + numbers,
    });
    expect(code).toBe(1);
    expect(stdout).toContain('300 of 301 records valid');
    expect(stderr).toContain('custom_attributes.score: expected a number, as in <stdin> line 2 — 1 record');
  });
});

describe('columns of text that look like numbers or booleans', () => {
  const table = 'user_id,score,zip,Is Active,plan,empty\na,5,01234,yes,pro,\nb,-6.5,10115,NO,7,\nc,,x,,,\n';

  it('are named once, with the options to give them their types', async () => {
    const { code, stderr } = await run(['users', 'validate', '-'], { stdin: table });
    expect(code).toBe(0);
    expect(stderr).toContain('sent as text');
    expect(stderr).toContain('To change the type: --type score=number --type "Is Active=boolean" (');
    expect(stderr.match(/--type score/g)).toHaveLength(1);
  });

  it('are not named if they have a type, or if one value is not a number', async () => {
    const types = ['--type', 'score=number', '--type', 'Is Active=string'];
    const { stderr } = await run(['users', 'validate', '-', ...types], { stdin: table });
    expect(stderr).not.toContain('sent as text');
  });
});
