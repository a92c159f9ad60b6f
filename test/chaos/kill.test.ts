import { type ChildProcess, spawn } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bin } from '../cli/run.ts';
import { effortOf } from '../effort.ts';
import { csv, faulty, folder, lastOfEach, namesIn, seeded, withRepeats } from '../upload/scene.ts';

const kills = effortOf('MISO_CHAOS_KILLS', 4, 50);
const count = effortOf('MISO_CHAOS_KILL_RECORDS', 4000, 50_000);
const seed = Number(process.env['MISO_CHAOS_SEED'] ?? 1 + (Date.now() % 1_000_000));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function end(child: ChildProcess): Promise<Ended> {
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  child.stdout?.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => err.push(chunk));
  return new Promise((resolve) =>
    child.on('close', (code) =>
      resolve({ code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() }),
    ),
  );
}

describe('kill -9 at any instant, and --resume', () => {
  it(`has the same result after ${kills} kills (MISO_CHAOS_SEED=${seed})`, async () => {
    const random = seeded(seed);
    const users = withRepeats(count, seed);
    const ids = [...new Set(users.map(({ id }) => id))];
    const bad = new Set(ids.filter(() => random() < 0.01));
    let killer = () => {};
    const sandbox = await faulty(
      [
        { do: 'vague', ids: [...bad] },
        { do: 'reset-after', on: 'upload', probability: 0.02 },
      ],
      { planSeed: seed % 1000, onRequest: () => killer() },
    );
    const cwd = await folder();
    await writeFile(join(cwd, 'users.csv'), csv(users));
    const upload = (...more: string[]) =>
      spawn(process.execPath, [bin, 'users', 'upload', 'users.csv', '--json', '--no-progress', ...more], {
        cwd,
        env: {
          PATH: process.env['PATH'] ?? '',
          MISO_SERVER: sandbox.url,
          MISO_API_KEY: sandbox.key,
          XDG_STATE_HOME: join(cwd, '.state'),
        },
      });
    // About as many calls as the whole upload takes, shared out among the kills.
    const share = Math.ceil((count / 100 + bad.size * 9) / kills);
    let last: Ended = { code: null, stdout: '', stderr: '' };
    for (let n = 0; n < kills && last.code !== 0 && last.code !== 1; n++) {
      const child = upload(...(n === 0 ? [] : ['--resume']));
      let left = 1 + Math.floor(random() * share * 2);
      const afterMs = random() * 5;
      killer = () => {
        if (--left === 0) setTimeout(() => child.kill('SIGKILL'), afterMs);
      };
      last = await end(child);
      expect([null, bad.size > 0 ? 1 : 0], `run ${n}: ${last.stdout}${last.stderr}`).toContain(last.code);
    }
    killer = () => {};
    if (last.code === null) last = await end(upload('--resume'));

    expect(last.code, last.stderr).toBe(bad.size > 0 ? 1 : 0);
    const expected = lastOfEach(users.filter(({ id }) => !bad.has(id)));
    expect(namesIn(sandbox)).toEqual(expected);
    const { records, earlier = { uploaded: 0, rejected: 0, superseded: 0 } } = JSON.parse(last.stdout);
    expect(records.read).toBe(users.length);
    expect(records.uploaded + records.rejected + records.superseded + records.skipped).toBe(users.length);
    expect(earlier.uploaded + earlier.rejected + earlier.superseded).toBe(records.skipped);

    const rejected = users.filter(({ id }) => bad.has(id)).map(({ name }) => name);
    expect(earlier.rejected + records.rejected).toBe(rejected.length);
    const names = (await readdir(cwd)).filter((name) => name.includes('rejected'));
    expect(names).toEqual(bad.size > 0 ? ['users.rejected.csv'] : []);
    for (const name of names) {
      const rows = (await readFile(join(cwd, name), 'utf8')).trimEnd().split('\n');
      expect(rows[0]).toBe('user_id,name,_errors');
      expect(
        rows
          .slice(1)
          .map((row) => row.split(',')[1])
          .sort(),
      ).toEqual(rejected.sort());
    }
  }, 900_000);
});
