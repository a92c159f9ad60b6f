import { describe, expect, it } from 'vitest';
import { oddIds } from '../delete/odd-ids.ts';
import { upload } from '../sandbox/start.ts';
import { scene, writeAll } from './run.ts';
import { onTerminal } from './terminal.ts';

const records = (ids: readonly string[]) => ids.map((user_id) => ({ user_id }));

describe('users ids diff', () => {
  it('prints the ids that are only in the input, each once, then those that are only at Miso', async () => {
    const { cwd, sandbox, miso } = await scene();
    await upload(sandbox, records(['a', 'b', 'c', 'd']));
    const stdin = 'x\nb\nx\ny\n\nb\n';
    const both = await miso(['users', 'ids', 'diff'], { stdin });
    expect(both).toMatchObject({ code: 0, stdout: '+ x\n+ y\n- a\n- c\n- d\n' });
    expect(both.stderr).toBe('2 only in the input, 3 only at Miso, 1 in both\n');
    await writeAll(cwd, { 'users.csv': 'name,user_id\nAnn,x\nBob,b\n' });
    for (const [options, stdout] of [
      [['-p'], 'x\n'],
      [['--minus'], 'a\nc\nd\n'],
      [['--out', 'plus'], 'x\n'],
    ] as const) {
      const one = await miso(['user', 'ids', 'diff', '--from', 'users.csv', '-q', ...options]);
      expect(one).toEqual({ code: 0, signal: null, stderr: '', stdout });
    }
    const json = await miso(['users', 'ids', 'diff', '--json', '-o', 'default'], { stdin });
    expect(JSON.parse(json.stdout)).toEqual({ plus: ['x', 'y'], minus: ['a', 'c', 'd'] });
  });

  it('prints ids in a form that read and delete accept', async () => {
    const { sandbox, miso } = await scene();
    const addressable = oddIds.filter((id) => id !== '.' && id !== '..');
    await upload(sandbox, records(addressable));
    const { stdout } = await miso(['users', 'ids', 'diff', '-m'], { stdin: 'other\n' });
    const read = await miso(['users', 'read'], { stdin: stdout });
    expect(read.code).toBe(0);
    const found = read.stdout.split('\n').filter((line) => line !== '');
    expect(found.map((line) => JSON.parse(line).user_id)).toEqual(addressable);
    const same = await miso(['users', 'ids', 'diff'], { stdin: stdout });
    expect(same.stdout).toBe('');
  });

  it('prints nothing if the input has no ids, because the program that writes it may have failed', async () => {
    const { sandbox, miso } = await scene();
    await upload(sandbox, records(['a']));
    const { code, stdout, stderr } = await miso(['users', 'ids', 'diff', '-m'], { stdin: '\n' });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('The input contains no ids.');
  });

  it('reports no id as missing from the input if the input is incomplete', async () => {
    const { sandbox, miso } = await scene();
    await upload(sandbox, records(['a', 'b']));
    const { code, stdout } = await miso(['users', 'ids', 'diff', '--from-format', 'ndjson'], {
      stdin: '{"user_id":"x"}\n{"user_id":\n',
    });
    expect(code).toBe(5);
    expect(stdout).not.toContain('-');
  });

  it('treats a missing data set as one without users', async () => {
    const { miso } = await scene();
    const { code, stdout, stderr } = await miso(['users', 'ids', 'diff'], { stdin: 'a\n' });
    expect([code, stdout]).toEqual([0, '+ a\n']);
    expect(stderr).toContain('The data set does not exist yet.');
  });

  it('rejects contradicting options, and a terminal as input', async () => {
    const { cwd, env, sandbox, miso } = await scene();
    expect(await miso(['users', 'ids', 'diff', '-p', '-m'])).toMatchObject({ code: 2, stdout: '' });
    const terminal = onTerminal(['users', 'ids', 'diff'], { cwd, env });
    await terminal.until('No ids to compare');
    expect((await terminal.exit).code).toBe(2);
    expect(sandbox.requests).toHaveLength(0);
  });
});
