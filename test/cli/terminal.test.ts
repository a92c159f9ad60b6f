import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseFaultPlan } from '../../src/sandbox/faults/fault-plan.ts';
import type { SandboxOptions } from '../../src/sandbox/http/server.ts';
import { run, scene, shellProgram } from './run.ts';
import { inTerminal, onTerminal } from './terminal.ts';

/** 300 users for three calls, two of them invalid, with wide column names. */
function users(): string {
  const rows = Array.from({ length: 300 }, (_, n) => `u-${n},Nora ${n},${20 + (n % 50)},pro,2024-01-02\n`);
  rows[41] = 'u-41,Nora 41,forty-one,pro,2024-01-02\n';
  rows[77] = 'u-77,Nora 77,33,pro,01/02/2024\n';
  return `Customer Id,name,age,お客様プラン,created_at\n${rows.join('')}`;
}

const flags = ['--id', 'Customer Id', '--map', 'お客様プラン=custom_attributes.plan'];

async function prepared(options: SandboxOptions = {}) {
  const made = await scene(options);
  await writeFile(join(made.cwd, 'users.csv'), users());
  const start = (more: readonly string[] = [], terminal: Parameters<typeof onTerminal>[1] = {}) =>
    onTerminal(['users', 'upload', 'users.csv', ...flags, ...more], {
      cwd: made.cwd,
      ...terminal,
      env: { ...made.env, ...terminal.env },
    });
  return { ...made, start };
}

/** Replaces what differs from run to run; the length stays the same where it matters. */
function steady(text: string): string {
  return text
    .replace(/\d+\.\d s\b/g, 'N.N s')
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT')
    .replace(/\d+ requests?( \(\d+ retr(y|ies)\))?/g, 'N requests');
}

/** Codes that move the cursor or switch modes, as a spinner uses them, but not colors. */
const cursorCode = /\u001b\[(?![\d;]*m)/;
const colorCode = /\u001b\[[\d;]*m/;

describe('an upload on a terminal', () => {
  it.each([40, 80, 200])('fits %i columns', async (columns) => {
    const { start } = await prepared();
    const { exit, screen, raw } = start([], { columns });

    expect((await exit).code).toBe(1);
    expect(steady(screen.text)).toMatchSnapshot();
    expect(screen.cursorHidden).toBe(false);
    expect(raw()).toContain('\u001b[?25l');
  });

  it('shows what was detected before anything is sent', async () => {
    const { sandbox, start } = await prepared({
      faults: parseFaultPlan({ faults: [{ do: 'stall', on: 'upload' }] }),
    });
    const { until, screen } = start();

    await until('→ custom_attributes.plan');
    await until('read');
    expect(screen.text).toContain('users.csv: CSV, 5 columns');
    expect(sandbox.users.size).toBe(0);
  });

  it('keeps its progress on one line of a narrow terminal', async () => {
    const { start } = await prepared({ latency: 100 });
    const { exit, raw } = start([], { columns: 24 });
    await exit;

    const frames = raw().split('\u001b[1G').slice(1, -1);
    expect(frames.length).toBeGreaterThan(2);
    for (const frame of frames) expect(frame.split('\u001b[?2026l')[0]).not.toContain('\n');
    expect(raw()).not.toContain('\u001b[1A');
  });

  it('works on a terminal that reports 0 columns', async () => {
    const { cwd, env } = await prepared({ latency: 100 });
    const line = `stty cols 0 && exec ${shellProgram} users upload users.csv ${flags
      .slice(0, 2)
      .join(' ')
      .replace(/(Customer Id)/, "'$1'")}`;
    const { exit, screen, raw } = inTerminal('/bin/sh', ['-c', line], { cwd, env });

    expect((await exit).code).toBe(1);
    expect(screen.text).toContain('298 of 300 records uploaded, 2 rejected');
    expect(raw()).toMatch(cursorCode);
  });

  it('adapts to a terminal that becomes narrower', async () => {
    const { start } = await prepared({ latency: 400, rate: 2 });
    const { pty, screen, until, exit, raw } = start(['--records-per-request', '25'], { columns: 120 });
    await until('records');
    pty.resize(30, 30);
    screen.resize(30);
    const before = raw().length;
    await until('records');
    await until('records');
    await exit;

    const frames = raw().slice(before).split('\u001b[1G').slice(3, -1);
    for (const frame of frames) {
      const line = frame.split('\u001b[?2026l')[0]!.replace(/\u001b\[[\d;?]*[A-Za-z]/g, '');
      expect([...line.split('\r')[0]!].length).toBeLessThanOrEqual(30);
    }
  });

  it('counts down a pause that the server asks for', async () => {
    const { start } = await prepared({
      faults: parseFaultPlan({
        faults: [{ do: 'status', status: 429, retryAfter: 2, on: 'upload', first: 1 }],
      }),
    });
    const { until, exit } = start();

    await until('rate limited; resuming in 1.');
    await until('rate limited; resuming in 0.');
    expect((await exit).code).toBe(1);
  });

  it('prints at Ctrl-C what was stored, and the command to resume', async () => {
    const { sandbox, cwd, env, start } = await prepared({ rate: 1 });
    const { until, type, exit, screen } = start(['--records-per-request', '50'], { columns: 200 });
    await until('rate limited');
    type('\u0003');

    expect((await exit).code).toBe(130);
    const command = /^ {2}miso (users upload .* --resume)$/m.exec(screen.text);
    expect(screen.text).toContain('Interrupted.');
    expect(screen.text).toContain('To resume:');
    expect(screen.cursorHidden).toBe(false);
    expect(sandbox.users.size).toBeLessThan(298);
    const words = [...command![1]!.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare!);
    const resumed = await run(words, { cwd, env });
    expect(resumed.code).toBe(1);
    expect(sandbox.users.size).toBe(298);
  });

  it('has no spinner and no color with TERM=dumb', async () => {
    const { start } = await prepared();
    const { exit, raw } = start([], { env: { TERM: 'dumb' } });
    await exit;

    expect(raw()).not.toContain('\u001b');
    expect(raw()).toContain('298 of 300 records uploaded');
  });

  it.each([
    ['NO_COLOR', [], { NO_COLOR: '1' }],
    ['--no-color', ['--no-color'], {}],
    ['FORCE_COLOR=0', [], { FORCE_COLOR: '0' }],
  ])('has no color with %s', async (_name, more, env) => {
    const { start } = await prepared();
    const { exit, raw } = start(more, { env: env as Record<string, string> });
    await exit;

    expect(raw()).not.toMatch(colorCode);
    expect(raw()).toMatch(cursorCode);
  });
});

describe('an upload whose output is not a terminal', () => {
  it('has neither cursor codes nor color', async () => {
    const { cwd, miso } = await prepared({ latency: 300 });
    const { stdout, stderr } = await miso([
      'users',
      'upload',
      join(cwd, 'users.csv'),
      ...flags,
      '--progress',
    ]);

    expect(stdout + stderr).not.toContain('\u001b');
  });

  it('has color but no cursor codes with FORCE_COLOR', async () => {
    const { miso } = await prepared({ latency: 300 });
    const { stdout, stderr } = await miso(['users', 'upload', 'users.csv', ...flags], {
      env: { FORCE_COLOR: '1' },
    });

    for (const text of [stdout, stderr]) {
      expect(text).toMatch(colorCode);
      expect(text).not.toMatch(cursorCode);
    }
  });

  it('is determined for each stream separately', async () => {
    const { cwd, env, start } = await prepared();
    const whole = start(['--json']);
    await whole.exit;
    const line = whole
      .raw()
      .split('\r\n')
      .find((text) => text.includes('{"command"'));
    expect(line).not.toMatch(colorCode);

    const piped = `${shellProgram} users validate users.csv --id 'Customer Id' 2>errors.txt`;
    const half = inTerminal('/bin/sh', ['-c', piped], { cwd, env });
    await half.exit;
    expect(half.raw()).toMatch(colorCode);
    expect(half.raw()).not.toMatch(cursorCode);
    expect(await readFile(join(cwd, 'errors.txt'), 'utf8')).not.toContain('\u001b');
  });

  it('ends with one line of time, result and counts for the log', async () => {
    const { miso } = await prepared();
    const { stdout } = await miso(['users', 'upload', 'users.csv', ...flags]);

    expect(stdout.split('\n')[0]).toMatch(
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ ! 298 of 300 records uploaded, 2 rejected in \d/,
    );
  });

  it('prints nothing under --quiet unless there are problems', async () => {
    const { cwd, miso } = await prepared();
    await writeFile(join(cwd, 'good.csv'), 'user_id,name\nu-1,Ann\n');

    for (const args of [['good.csv'], []]) {
      const good = await miso(['users', 'upload', ...args, '--quiet'], { stdin: 'user_id\nu-2\n' });
      expect(good).toMatchObject({ code: 0, stdout: '', stderr: '' });
    }
    const bad = await miso(['users', 'upload', 'users.csv', ...flags, '--quiet']);
    expect(bad.code).toBe(1);
    expect(bad.stderr).toContain('users.csv:43 u-41: found "forty-one"');
    expect(bad.stdout).toContain('2 rejected');
  });
});

describe('other commands on a terminal', () => {
  it('confirms a delete with count and server, and treats Ctrl-C as no', async () => {
    const { sandbox, cwd, env, miso } = await prepared();
    await miso(['users', 'upload'], { stdin: 'user_id\nu-1\nu-2\n' });

    const ask = () => onTerminal(['users', 'delete', 'u-1', 'u-2'], { cwd, env });
    const left = ask();
    await left.until(`Delete 2 users (u-1, u-2) from ${sandbox.url}? [y/N] `);
    left.type('\u0003');
    expect((await left.exit).code).toBe(130);
    const refused = ask();
    await refused.until('[y/N] ');
    refused.type('\r');
    expect((await refused.exit).code).toBe(0);
    expect(sandbox.users.size).toBe(2);
    const agreed = ask();
    await agreed.until('[y/N] ');
    agreed.type('y\r');
    expect((await agreed.exit).code).toBe(0);
    expect(sandbox.users.size).toBe(0);
  });

  it('colors JSON for people, but not for programs', async () => {
    const { cwd, env, miso } = await prepared();
    const record = { user_id: 'u-1', name: 'Ann: "x"', custom_attributes: { on: true, n: null } };
    await miso(['users', 'upload'], { stdin: `${JSON.stringify(record)}\n` });

    const read = async (args: readonly string[], more = {}) => {
      const { exit, raw } = onTerminal(['users', 'read', 'u-1', ...args], { cwd, env: { ...env, ...more } });
      expect((await exit).code).toBe(0);
      return raw();
    };
    const colored = await read([]);
    expect(colored).toContain('\u001b[36m"name"\u001b[39m: \u001b[32m"Ann: \\"x\\""\u001b[39m');
    expect(colored).toContain('\u001b[33mtrue\u001b[39m');
    expect(JSON.parse(colored.replaceAll(new RegExp(colorCode, 'g'), ''))).toEqual(record);
    for (const plain of [await read(['--json']), await read([], { NO_COLOR: '1' })])
      expect(plain).not.toContain('\u001b');
    const piped = await miso(['users', 'read', 'u-1', '--format', 'json'], { env: { FORCE_COLOR: '1' } });
    expect(JSON.parse(piped.stdout)).toEqual(record);
  });

  it('escapes control characters of the data', async () => {
    const { cwd, env, miso } = await prepared();
    const record = { user_id: 'u-\u0085evil', name: '\u001b[2Jgone\u202e' };
    await miso(['users', 'upload'], { stdin: `${JSON.stringify(record)}\n` });

    for (const args of [['read', 'u-\u0085evil'], ['read', 'u-\u0085evil', '--format', 'table'], ['ids']]) {
      const { exit, raw } = onTerminal(['users', ...args], { cwd, env });
      expect((await exit).code).toBe(0);
      expect(raw()).not.toMatch(/\u001b\[2J|\u0085|\u202e/);
    }
  });
});
