import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scene } from './run.ts';

async function prepared() {
  const { miso, cwd } = await scene();
  const bad = (n: number) => (n > 200 ? 'old' : 7);
  const rows = Array.from({ length: 1000 }, (_, n) => `u${n},${bad(n)}\n`);
  await writeFile(join(cwd, 'users.csv'), `user_id,age\n${rows.join('')}`);
  return miso;
}

describe('the first line of the result', () => {
  it('of a stopped run does not give a total for an input that was not read to its end', async () => {
    const miso = await prepared();
    const args = ['--max-rejects', '1', '--concurrency', '1', '--no-rejects'];
    const { code, stdout } = await miso(['users', 'upload', 'users.csv', ...args]);

    expect(code).toBe(1);
    expect(stdout).toMatch(/^\S+ ✖ Stopped early: \d+ records uploaded, \d+ rejected in /);
  });

  it('of a run with too few records gives the total', async () => {
    const miso = await prepared();
    const { code, stdout } = await miso(['users', 'upload', 'users.csv', '--min-records', '2000']);

    expect(code).toBe(1);
    expect(stdout).toMatch(/^\S+ ✖ 201 of 1,000 records uploaded, 799 rejected in /);
  });

  it('of a resumed run says what the previous run rejected, which explains exit code 1', async () => {
    const miso = await prepared();
    const stopped = await miso(['users', 'upload', 'users.csv', '--max-rejects', '5', '--concurrency', '1']);
    expect(stopped.code).toBe(1);
    const { code, stdout } = await miso(['users', 'upload', 'users.csv', '--resume']);

    expect(code).toBe(1);
    expect(stdout).toMatch(/^\S+ ! .* from the previous run \(\d+ rejected\) in /);
  });

  it('of a validation that stops early says so', async () => {
    const miso = await prepared();
    const { stdout } = await miso(['users', 'validate', 'users.csv', '--max-rejects', '1']);

    expect(stdout).toMatch(/^\S+ ✖ Stopped early: \d+ records? valid, \d+ rejected in /);
  });
});
