import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseFaultPlan } from '../../src/sandbox/faults/fault-plan.ts';
import { parseXml } from '../report/xml.ts';
import { bash, freshFolder, run, scene, shellProgram } from './run.ts';

const rows = Array.from({ length: 30 }, (_, n) => (n % 2 === 0 ? `u-${n},${n}\n` : `u-${n},old ${n}%\n`));
const csv = `user_id,age\n${rows.join('')}`;

async function prepared(options: Parameters<typeof scene>[0] = {}) {
  const made = await scene(options);
  await writeFile(join(made.cwd, 'us:ers,1.csv'), csv);
  const report = (name: string) => readFile(join(made.cwd, name), 'utf8');
  return { ...made, report };
}

describe('in a step of a GitHub workflow', () => {
  it('annotates at most ten rejected records, each at its line, with everything escaped', async () => {
    const { cwd, miso } = await prepared();
    const env = { GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: join(cwd, '..') };
    const { code, stdout, stderr } = await miso(['users', 'upload', 'us:ers,1.csv', '--json'], { env });

    expect(code).toBe(1);
    const lines = stderr.split('\n').filter((line) => line.startsWith('::'));
    const folder = cwd.split('/').at(-1);
    expect(lines).toHaveLength(10);
    expect(lines[0]).toBe(
      `::error file=${folder}/us%3Aers%2C1.csv,line=3::u-1: age: expected an integer, found "old 1%25"`,
    );
    expect(() => JSON.parse(stdout)).not.toThrow();
  });

  it('adds a table to the step summary', async () => {
    const { cwd, miso } = await prepared();
    await writeFile(join(cwd, 'step.md'), '# Before\n\n');
    const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: join(cwd, 'step.md') };
    await miso(['users', 'upload', 'us:ers,1.csv'], { env });

    const text = await readFile(join(cwd, 'step.md'), 'utf8');
    expect(text).toMatch(/^# Before\n\n### ❌ miso users upload\n/);
    expect(text).toContain('| 30 | 15 | 15 | 0 | 0 |');
    expect(text).toContain('| age: expected an integer | 15 | <code>us:ers,1.csv:3</code>,');
  });

  it('annotates what stopped a command, and nothing after success', async () => {
    const { miso } = await prepared();
    const env = { GITHUB_ACTIONS: 'true' };
    const missing = await miso(['users', 'upload', 'gone.csv'], { env });
    expect(missing.stderr).toMatch(/^::error::No such file: gone\.csv\./m);
    const good = await miso(['users', 'upload'], { env, stdin: 'user_id\nu-1\n' });
    expect(good.stderr).not.toMatch(/^::/m);
  });

  it('lets no text from data issue a command, in its old or new form', async () => {
    const { miso, cwd, env: environment } = await prepared();
    const env = { GITHUB_ACTIONS: 'true' };
    const ids = ['u ##[set-output name=x]1', '::stop-commands::tok', '  ::debug::x', 'plain'];
    const records = ids.map((user_id) => JSON.stringify({ user_id, name: '##[group]\n::error::x' }));
    const bad = JSON.stringify({ user_id: '##[error]', age: '\u001b]0;\u0007##[x]\n::notice::x' });
    await miso(['users', 'upload'], { stdin: `${records.join('\n')}\n` });

    const outputs = await Promise.all([
      miso(['users', 'upload'], { env, stdin: `${bad}\n` }),
      miso(['users', 'read', '##[stop-commands]tok', '::echo::on'], { env }),
      miso(['users', 'read', ...ids], { env }),
      miso(['users', 'read', ...ids, '--format', 'table'], { env }),
      miso(['users', 'ids'], { env }),
      miso(['users', 'ids', '--json'], { env }),
      miso(['users', 'delete', '##[x]', '::x::', '--yes', '--verify'], { env }),
      miso(['users', 'status', '::x::##[y]'], { env }),
      miso(['users', '##[command]x'], { env }),
    ]);
    for (const { stdout, stderr } of outputs) {
      for (const line of [...stdout.split('\n'), ...stderr.split('\n')]) {
        expect(line).not.toContain('##[');
        expect(line).not.toMatch(/^\s*::(?!error)/);
        expect(line).not.toMatch(/[\u0000-\u001f]/);
      }
    }
    const [read, , listed] = [outputs[2]!.stdout, outputs[3], outputs[4]!.stdout];
    const parsed = read
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(parsed.map(({ user_id }) => user_id)).toEqual(ids);
    expect(parsed[0].name).toBe('##[group]\n::error::x');
    const again = await miso(['users', 'read', '--fields', 'user_id'], { env, stdin: listed });
    expect(again.code).toBe(0);
    const found = again.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).user_id);
    expect(found.sort()).toEqual([...ids].sort());

    // CSV has no escapes, and a file has no runner.
    const csv = await miso(['users', 'read', 'plain', '--format', 'csv'], { env });
    expect(csv).toMatchObject({ code: 1, stdout: expect.not.stringContaining('::') });
    expect(csv.stderr).toContain('hint: Use --format ndjson');
    const line = `${shellProgram} users read plain --format csv > plain.csv`;
    expect((await bash(line, { cwd, env: { ...environment, ...env } })).code).toBe(0);
    expect(await readFile(join(cwd, 'plain.csv'), 'utf8')).toContain('##[group]\n::error::x');
  });

  it('writes no link, mention or markup from data into the step summary', async () => {
    const { cwd, miso } = await prepared();
    const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: join(cwd, 'step.md') };
    const name = '@octocat https:__evil.example _*www.evil.example*_ #1.ndjson';
    await writeFile(
      join(cwd, name),
      '{"user_id":"u-1","@octocat https://evil.example [x](y) <b>":{"a":{"b":{}}}}\n',
    );
    await miso(['users', 'upload', name, '--unknown', 'error'], { env });

    const text = await readFile(join(cwd, 'step.md'), 'utf8');
    expect(text).toContain('octocat');
    expect(text).not.toMatch(/https:\/\/|www\.|@octocat|(?<!&)#1|(?<!\\)\[x|<b>|_\*/);
  });

  it('does none of that outside GitHub', async () => {
    const { cwd, miso } = await prepared();
    const { stderr } = await miso(['users', 'upload', 'us:ers,1.csv'], {
      env: { GITHUB_STEP_SUMMARY: join(cwd, 'step.md') },
    });
    expect(stderr).not.toMatch(/^::/m);
    await expect(readFile(join(cwd, 'step.md'))).rejects.toThrow('ENOENT');
  });
});

describe('the report', () => {
  it('is JUnit XML under a name that ends in .xml', async () => {
    const { miso, report } = await prepared();
    await miso(['users', 'upload', 'us:ers,1.csv', '--report', 'junit.xml']);

    const suites = parseXml(await report('junit.xml'));
    expect(suites.name).toBe('testsuites');
    const [suite] = suites.children;
    expect(suite?.attributes).toMatchObject({
      name: 'miso users upload',
      tests: '2',
      failures: '2',
      errors: '0',
    });
    expect(suite?.children.map(({ attributes }) => attributes['name'])).toEqual([
      'the whole run',
      'age: expected an integer',
    ]);
    expect(suite?.children[1]?.attributes).toMatchObject({ file: 'us:ers,1.csv', line: '3' });
  });

  it('is Markdown under a name that ends in .md, and JSON under any other', async () => {
    const { miso, report } = await prepared();
    await miso(['users', 'upload', 'us:ers,1.csv', '--report', 'report.md']);
    expect(await report('report.md')).toMatch(
      /^### ❌ miso users upload\n\n15 of 30 records uploaded, 15 rejected/,
    );
    const { stdout } = await miso(['users', 'upload', 'us:ers,1.csv', '--json', '--report', 'report.txt']);
    const { durationMs: _, startedAt: __, ...printed } = JSON.parse(stdout);
    expect(JSON.parse(await report('report.txt'))).toMatchObject(printed);
  });

  it.each([
    ['an unknown option', ['users', 'upload', '--nope', 'us:ers,1.csv'], 2, 'ERR_USAGE'],
    ['a missing file', ['users', 'upload', 'gone.csv'], 2, 'ERR_USAGE'],
    ['a wrong setting', ['users', 'upload', 'us:ers,1.csv', '--retries', 'many'], 2, 'ERR_USAGE'],
    ['a missing settings file', ['users', 'upload', 'us:ers,1.csv', '--config', 'gone.yaml'], 2, 'ERR_USAGE'],
    ['a column that is not there', ['users', 'validate', 'us:ers,1.csv', '--id', 'Nr'], undefined, undefined],
    ['ids without a yes', ['users', 'delete', 'u-1'], 2, 'ERR_USAGE'],
    ['a format that does not exist', ['users', 'read', 'u-1', '--format', 'xml'], 2, 'ERR_USAGE'],
  ])('is written after %s, and printed under --json', async (_name, args, exitCode, code) => {
    const { miso, report } = await prepared();
    const result = await miso([...args, '--report', 'report.json', '--json']);

    const written = JSON.parse(await report('report.json'));
    expect(JSON.parse(result.stdout)).toEqual(written);
    expect(written.exitCode).toBe(result.code);
    expect(written.command).toBe(args.slice(0, 2).join(' '));
    if (exitCode !== undefined) expect(result.code).toBe(exitCode);
    if (code !== undefined) expect(written.error.code).toBe(code);
    if ('records' in written) {
      const { read, uploaded, rejected, superseded, skipped } = written.records;
      expect(read).toBe(uploaded + rejected + superseded + skipped);
    }
  });

  it('is written without a key, with a wrong key, and without a server', async () => {
    const { cwd, miso, report, sandbox } = await prepared();
    const args = ['users', 'upload', 'us:ers,1.csv', '--retries', '0', '--report', 'r.json'];
    const cases: [Record<string, string>, number, string][] = [
      [{ MISO_API_KEY: '' }, 2, 'ERR_USAGE'],
      [{ MISO_API_KEY: 'wrong' }, 3, 'ERR_ACCESS'],
      [{ MISO_SERVER: 'http://127.0.0.1:9' }, 4, 'ERR_UNAVAILABLE'],
    ];
    await sandbox.close();
    const closed = await scene({ key: 'right' });
    for (const [env, exitCode, error] of cases) {
      const result = await closed.miso(args, { cwd, env });
      expect(result.code).toBe(exitCode);
      const written = JSON.parse(await report('r.json'));
      expect(written).toMatchObject({ exitCode, error: { code: error } });
      expect(written.error.hint).toMatch(/\w/);
    }
    expect(miso).toBeTypeOf('function');
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('is written after %s', async (signal) => {
    const { cwd, env, report } = await prepared({ rate: 1 });
    const args = [
      'users',
      'upload',
      'us:ers,1.csv',
      '--records-per-request',
      '1',
      '--report',
      'r.json',
      '--json',
    ];
    const result = await run([...args, '--verbose'], {
      cwd,
      env,
      started: (child) => {
        // The first refused call shows that the run is under way.
        child.stderr?.on('data', (chunk) => {
          if (String(chunk).includes(' 429 ')) child.kill(signal);
        });
      },
    });

    expect(result.code).toBe(signal === 'SIGINT' ? 130 : 143);
    const written = JSON.parse(await report('r.json'));
    expect(written).toMatchObject({ exitCode: result.code, resumable: true, error: { code: 'ERR_STOPPED' } });
    expect(JSON.parse(result.stdout)).toEqual(written);
  });

  it('is written after a bug, which is reported with its stack and exit code 70', async () => {
    const { cwd, miso, report } = await prepared({
      faults: parseFaultPlan({ faults: [{ do: 'stall', on: 'upload' }] }),
    });
    await writeFile(join(cwd, 'bug.cjs'), "setTimeout(() => { throw new Error('boom'); }, 300).unref();");
    const args = ['users', 'upload', 'us:ers,1.csv', '--report', 'r.json', '--json'];
    const env = { NODE_OPTIONS: `--require ${join(cwd, 'bug.cjs')}` };
    const { code, stdout, stderr } = await miso(args, { env });

    expect(code).toBe(70);
    expect(stderr).toContain('This is a bug in miso');
    expect(stderr).toContain('Error: boom');
    expect(JSON.parse(stdout)).toEqual(JSON.parse(await report('r.json')));
    expect(JSON.parse(stdout)).toMatchObject({ exitCode: 70, error: { code: 'ERR_BUG', message: 'boom' } });
  });

  it('is written to MISO_REPORT, even if another variable is wrong', async () => {
    const { miso, report } = await prepared();
    const env = { MISO_REPORT: 'r.json', MISO_RETRIES: 'x' };
    expect((await miso(['users', 'upload', 'us:ers,1.csv'], { env })).code).toBe(2);
    expect(JSON.parse(await report('r.json')).error.message).toContain('MISO_RETRIES');
  });

  it('is not overwritten by a command without a report', async () => {
    const { cwd, miso, report } = await prepared();
    await writeFile(join(cwd, 'r.json'), 'mine');
    const { code } = await miso(['users', 'ids'], { env: { MISO_REPORT: 'r.json', MISO_API_KEY: '' } });
    expect(code).toBe(2);
    expect(await report('r.json')).toBe('mine');
  });
});

describe('--json', () => {
  it('prints no control character or direction mark, and the same values', async () => {
    const { miso } = await prepared();
    const record = { user_id: 'u-\u009b2J\u202e\u200f', name: 'a\u061c\u2066\u0085b\u007f' };
    const sent = await miso(['users', 'upload', '--json'], {
      stdin: `${JSON.stringify({ ...record, age: 'x' })}\n`,
    });
    await miso(['users', 'upload'], { stdin: `${JSON.stringify(record)}\n` });
    const read = await miso(['users', 'read', record.user_id, '--json']);
    const ids = await miso(['users', 'ids', '--json']);

    for (const { stdout } of [sent, read, ids])
      expect(stdout.replaceAll('\n', '')).not.toMatch(
        /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/,
      );
    expect(JSON.parse(sent.stdout).errors[0].examples[0].user_id).toBe(record.user_id);
    expect(JSON.parse(read.stdout)).toEqual(record);
    expect(JSON.parse(ids.stdout).ids).toEqual([record.user_id]);
  });

  it.each([
    [['users', 'uplod', '--json'], 2],
    [['users', '--json'], 2],
    [['--json', 'users', 'upload', '--retries'], 2],
    [['users', 'ids', '--json'], 2],
    [['users', 'status', 't-1', '--json'], 2],
    [['config', '--json', '--config', 'gone.yaml'], 2],
    [['sandbox', '--json', '--port', 'x'], 2],
    [['completion', 'tcsh', '--json'], 2],
  ])('prints one object for %j, which fails', async (args, exitCode) => {
    const cwd = await freshFolder();
    const { code, stdout, stderr } = await run(args, { cwd });

    expect(code).toBe(exitCode);
    expect(JSON.parse(stdout)).toMatchObject({ exitCode, error: { code: 'ERR_USAGE' } });
    expect(stderr).toMatch(/^error: .+\nhint: .+\n$/);
  });
});
