import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseFaultPlan } from '../../src/sandbox/faults/fault-plan.ts';
import { sampled } from '../effort.ts';
import { isLinux } from '../platform.ts';
import { scene } from './run.ts';

const hook = fileURLToPath(new URL('kill-in-write.cjs', import.meta.url));

/** An upload that is killed around the write of its only rejected record, which Miso refuses only once. */
async function killed(at: 'before' | 'within' | 'after', input: { name: string; text: string }) {
  const faults = parseFaultPlan({ seed: 1, faults: [{ do: 'reject', ids: ['u2'], times: 1 }] });
  const { cwd, miso, sandbox } = await scene({ faults });
  await writeFile(join(cwd, input.name), input.text);
  const upload = (...more: string[]) => ['users', 'upload', input.name, '--json', ...more];
  const { signal } = await miso(upload(), { env: { NODE_OPTIONS: `--require=${hook}`, KILL_AT: at } });
  expect(signal).toBe('SIGKILL');
  const resume = async () => {
    const { stdout, code } = await miso(upload('--resume'));
    return { code, summary: JSON.parse(stdout) };
  };
  const rejected = async () => {
    const names = (await readdir(cwd)).filter((name) => name.includes('rejected')).sort();
    const texts = await Promise.all(names.map((name) => readFile(join(cwd, name), 'utf8')));
    return Object.fromEntries(names.map((name, n) => [name, texts[n]!]));
  };
  return { cwd, resume, rejected, storedIds: () => [...sandbox.users.entries()].map(([id]) => id).sort() };
}

const table = { name: 'users.csv', text: 'user_id,name\nu1,Ada\nu2,Bob\nu3,Eve\n' };
const array = {
  name: 'users.json',
  text: '[{"user_id":"u1"},\n{"user_id":"u2","name":"Bob"},\n{"user_id":"u3"}]',
};

// Its hook finds the rejects file in /proc.
describe.skipIf(!isLinux)(
  'a record that was being rejected when the run was killed is, after --resume,',
  () => {
    it.each(
      sampled([
        ['before', table],
        ['within', table],
        ['within', array],
      ] as const),
    )('stored if the kill came %s the write to the rejects file', async (at, input) => {
      const { resume, rejected, storedIds } = await killed(at, input);
      const { code, summary } = await resume();
      expect(code).toBe(0);
      expect(summary.records).toMatchObject({ read: 3, rejected: 0 });
      expect(storedIds()).toEqual(['u1', 'u2', 'u3']);
      // Created by the killed run, and empty again.
      expect(Object.values(await rejected())).toEqual(['']);
    });

    it.each(sampled([table, array]))(
      'rejected if the kill came after the write to the rejects file of $name',
      async (input) => {
        const { resume, rejected, storedIds } = await killed('after', input);
        const before = await rejected();
        const { summary } = await resume();
        expect(summary).toMatchObject({ records: { rejected: 0 }, earlier: { rejected: 1 } });
        expect(storedIds()).toEqual(['u1', 'u3']);
        expect(await rejected()).toEqual(before);
        expect(Object.values(before)).toEqual([expect.stringContaining('Bob')]);
        expect((await resume()).summary.records).toMatchObject({ skipped: 3 });
      },
    );

    it('sent again if the user has edited the rejects file, which is not changed', async () => {
      const { cwd, resume, rejected } = await killed('after', table);
      await appendFile(join(cwd, 'users.rejected.csv'), 'u9,mine,\n');
      const edited = (await rejected())['users.rejected.csv'];
      const { summary } = await resume();
      expect(summary.warnings[0].message).toContain(
        'has been edited. Further rejected records go to a new file.',
      );
      expect(await rejected()).toEqual({ 'users.rejected.csv': edited });
    });
  },
);
