import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sampled } from '../effort.ts';
import { type CronJob, parseCrontab } from './crontab.ts';
import { exampleShell } from './shell.ts';

const page = readFileSync('docs/cron.md', 'utf8');
const crontabs = [...page.matchAll(/^```crontab\n(.*?)^```$/gms)].map(([, text = '']) => text);
const jobs = crontabs.flatMap(parseCrontab);
const script = /Save this as\s+`nightly\.sh`.*?```sh\n(.*?)```/s.exec(page)?.[1] ?? '';

const good = Array.from({ length: 1200 }, (_, n) => `u-${n},Ann,30\n`);

/** Runs a job as cron would, on an export of 1,200 users; its mail is what it prints. */
async function night(job: CronJob, rows: readonly string[] = good) {
  const { cwd, env, sandbox, sh } = await exampleShell();
  await writeFile(join(cwd, 'users.csv'), `user_id,name,age\n${rows.join('')}`);
  await writeFile(join(cwd, 'nightly.sh'), script);
  const place = (text: string) =>
    text
      .replaceAll('/srv/export', cwd)
      .replaceAll('/etc/miso/key', join(cwd, 'miso.key'))
      .replaceAll('/usr/local/bin', join(cwd, '.bin'));
  const { MISO_SERVER = '', XDG_STATE_HOME = '' } = env;
  const cronEnv = { ...job.env, HOME: cwd, MISO_SERVER, XDG_STATE_HOME };
  const variables = Object.entries(cronEnv).map(([name, value]) => `${name}='${place(value)}'`);
  const command = place(job.command).replaceAll("'", String.raw`'\''`);
  const { code, stdout, stderr } = await sh(`cd / && env -i ${variables.join(' ')} /bin/sh -c '${command}'`);
  return { code, mail: stdout + stderr, sandbox, read: (name: string) => readFile(join(cwd, name), 'utf8') };
}

describe('the parser of crontabs', () => {
  it('ends a command at a % without a backslash, as cron does', () => {
    const [job] = parseCrontab('A=1\n5 4 * * 1-5 run --max 1% --report x\n');
    expect(job).toMatchObject({ command: 'run --max 1', stdin: ' --report x\n', env: { A: '1' } });
    expect(parseCrontab('5 4 * * * run 1\\% 2\n')[0]).toMatchObject({ command: 'run 1% 2', stdin: '' });
  });

  it.each(['5 4 * * run', '60 4 * * * run', '5 4 * * x run', '5 4 * * *'])('refuses %s', (line) => {
    expect(() => parseCrontab(line)).toThrow();
  });
});

describe('the crontabs of the documentation', () => {
  it('exist', () => {
    expect(jobs.length).toBeGreaterThan(2);
    expect(script).toContain('--resume');
  });

  it.each(sampled(jobs).map((job) => [job.command, job] as const))(
    'upload, and read no input: %s',
    async (_, job) => {
      expect(job.stdin).toBe('');
      const { code, sandbox } = await night(job);
      expect(code).toBe(0);
      expect(sandbox.users.has('u-1199')).toBe(true);
    },
  );

  const quiet = jobs.filter(({ command }) => /--quiet|nightly\.sh/.test(command));

  it.each(sampled(quiet).map((job) => [job.command, job] as const))(
    'send mail only when there is a problem: %s',
    async (_, job) => {
      expect((await night(job)).mail).toBe('');
      const trouble = await night(job, [...good, 'u-x,Ann,forty\n']);
      expect(trouble.code).toBe(1);
      expect(trouble.mail).toContain('users.csv:1202 u-x');
    },
  );

  it('write the report that they name', async () => {
    const job = jobs.find(({ command }) => command.includes('--report'));
    if (job === undefined) throw new Error('no job writes a report');
    const { read } = await night(job);
    expect(JSON.parse(await read('last-night.json')).records.uploaded).toBe(1200);
  });
});
