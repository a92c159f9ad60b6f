import { describe, expect, it } from 'vitest';
import { programSpec } from '../../scripts/docs/program.ts';
import { allCommands } from '../../src/cli/completion/tree.ts';
import { runProgram } from '../../src/cli/run.ts';
import { topics } from '../../src/commands/help/topics.ts';
import { createProgram } from '../../src/commands/program.ts';
import type { World } from '../../src/world.ts';
import { exampleShell } from '../docs/shell.ts';
import { sampled } from '../effort.ts';
import { run } from './run.ts';
import { onTerminal } from './terminal.ts';

const commands = allCommands(programSpec());
const words = (path: string) => path.split(' ').slice(1);

describe('miso alone', () => {
  it('prints an overview on one screen, without an error', async () => {
    const { code, stdout, stderr } = await run([]);

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split('\n').length).toBeLessThanOrEqual(24);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(stdout).toMatchSnapshot();
  });

  it('fits a narrow terminal too', async () => {
    const { exit, screen } = onTerminal([], { columns: 44, rows: 40 });
    expect((await exit).code).toBe(0);
    expect(screen.text).toMatchSnapshot();
  });
});

describe('--help', () => {
  it.each(commands.map(({ path }) => path))('of %s', async (path) => {
    const { code, stdout, stderr } = await run([...words(path), '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatchSnapshot();
    expect((await run(['help', ...words(path)].slice(0, 2))).code).toBe(0);
  });

  it('is wrapped to the width of a terminal', async () => {
    const { exit, screen } = onTerminal(['users', 'upload', '--help'], { columns: 80, rows: 200 });
    expect((await exit).code).toBe(0);
    expect(screen.text).toMatchSnapshot();
  });

  it.each([40, 80, 120])('fits into %i columns, and -h on one screen', async (columns) => {
    const tooLong: string[] = [];
    for (const { path } of commands) {
      for (const flag of ['-h', '--help']) {
        const help = await helpOf([...words(path), flag], columns);
        tooLong.push(
          ...help.split('\n').filter((line) => line.length > columns && line.trim().includes(' ')),
        );
        if (flag === '-h' && columns > 40) expect(help.split('\n').length, path).toBeLessThanOrEqual(40);
      }
    }
    expect(tooLong).toEqual([]);
  });

  it('prints examples before options; -h prints only the names of options', async () => {
    const full = await helpOf(['users', 'upload', '--help'], 80);
    const brief = await helpOf(['users', 'upload', '-h'], 80);
    for (const help of [full, brief])
      expect(help.indexOf('Examples:')).toBeLessThan(help.indexOf('--records-per-request'));
    expect(full).toContain('max records per request');
    expect(brief).not.toContain('max records per request');
    expect(brief).toContain('See miso users upload --help');
    expect(brief).toMatchSnapshot();
  });

  it.each([40, 80, 120])('has topics that fit into %i columns', (columns) => {
    for (const topic of topics.values())
      for (const line of topic(columns).split('\n')) expect(line.length, line).toBeLessThanOrEqual(columns);
  });

  it.each<[string[], string[]]>([
    [
      ['help', 'users', 'upload'],
      ['users', 'upload', '--help'],
    ],
    [
      ['help', 'upload'],
      ['users', 'upload', '--help'],
    ],
    [
      ['help', 'u', 'get'],
      ['users', 'read', '--help'],
    ],
    [
      ['help', 'config', 'get'],
      ['config', 'get', '--help'],
    ],
    [['help'], ['--help']],
    [['users'], ['users', '--help']],
  ])('is printed by %j', async (args, same) => {
    const { code, stdout, stderr } = await run(args);
    expect({ code, stderr, stdout }).toEqual({ code: 0, stderr: '', stdout: (await run(same)).stdout });
  });

  it.each([
    ['environment', 'MISO_API_KEY_FILE'],
    ['exit-codes', '143'],
    ['formats', '.ndjson'],
  ])('explains %s', async (topic, text) => {
    const { code, stdout } = await run(['help', topic]);
    expect(code).toBe(0);
    expect(stdout).toContain(text);
    expect(stdout).toMatchSnapshot();
  });

  it('suggests a similar command or topic for an unknown one', async () => {
    expect(await run(['help', 'exit-code'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Did you mean `miso help exit-codes`?'),
    });
  });
});

/** The help that a command line prints, without a process. */
async function helpOf(args: readonly string[], columns: number): Promise<string> {
  let text = '';
  const output = (isTTY: boolean) => ({
    write: async (written: string) => {
      text += written;
    },
    ...{ isTTY, columns, closed: false },
  });
  const world = { stdout: output(false), stderr: output(false) } as unknown as World;
  const code = await runProgram(args, {
    ...{ program: createProgram('0.0.0'), world, crash: new Promise<never>(() => {}) },
    reportFailure: async (_, error) => {
      throw error;
    },
  });
  expect(code).toBe(0);
  return text;
}

describe('the examples of --help', () => {
  const examples = commands.flatMap(({ examples: own }) => own.map(([line]) => line));
  /** These need a prompt, a shell's start, or time instead of a sandbox: they are tested elsewhere. */
  const elsewhere = (line: string) => /^(miso sandbox|source |miso init$)/.test(line);

  it.each(examples.filter((line) => !elsewhere(line)))('run: %s', async (line) => {
    const { sh } = await exampleShell();
    const setUp = [
      'mkdir -p .config/fish/completions',
      'rm -f .mirorc.new',
      `printf '{"user_id":"u-5"}\\n' | gzip > users.ndjson.gz`,
      line.startsWith('miso users apply') ? 'miso users sync users.csv --name crm --plan plan.ndjson' : '',
      line.startsWith('miso init') ? 'rm .mirorc; unset MISO_API_KEY' : '',
    ];
    const task = '9a8b7c';
    const { code, stdout, stderr } = await sh(`${setUp.join('\n')}\n${withYes(line)}`);

    // The task is unknown to a new sandbox, hence exit code 1.
    const expected = line.includes(task) ? 1 : 0;
    expect({ code, output: code === expected ? '' : stdout + stderr }).toEqual({
      code: expected,
      output: '',
    });
  });

  /** There is no terminal to ask on. */
  function withYes(line: string): string {
    return line.startsWith('miso users delete') && !line.includes('--yes') ? `${line} --yes` : line;
  }
});

describe('a mistyped command line', () => {
  it.each([
    [['users', 'uplaod'], 'Unknown command "uplaod".', 'Did you mean upload?'],
    [['usres'], 'Unknown command "usres".', 'Did you mean user'],
    [['users', 'upload', '--dryrun'], 'Unknown option --dryrun.', 'Did you mean --dry-run?'],
    [['users', 'upload', '--records-per-reqest', '5'], 'Unknown option', '--records-per-request'],
    [
      ['users', 'read', 'u-1', '--format', 'yaml'],
      '--format: expected json, ndjson, csv or table, found "yaml".',
      '--help',
    ],
    [['users', 'upload', 'x.csv', '--format', 'cvs'], 'csv, tsv, json or ndjson', ''],
    [['completion', 'bsh'], '<shell>: expected bash, zsh or fish, found "bsh".', '--help'],
    [['completion'], 'Missing argument <shell>.', '--help'],
    [['users', 'upload', '--retries'], '--retries requires a value.', '--help'],
    [['config', 'more'], 'Too many arguments', '--help'],
    [['users', '--quiet'], 'Specify a command.', '`miso users --help`'],
    [['upload', 'users.csv'], 'Unknown command "upload".', 'Did you mean `miso users upload`?'],
    [['get', 'u-1'], 'Unknown command "get".', 'Did you mean `miso users read`?'],
  ])('%j gets a suggestion and exit code 2', async (args, message, hint) => {
    const { code, stdout, stderr } = await run(args, { env: { MISO_API_KEY: 'k' } });

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).toContain(hint);
    expect(stderr.split('\n').length).toBeLessThanOrEqual(3);
  });
});

describe("the spellings of Miso's own command line", () => {
  it.each(
    sampled([
      ['users upload', ['--api-key', 'trial', '--dry', '--rpr', '1', '--bpr', '100k', '--rps', '50', '-p']],
      ['user u', ['-k', 'trial', '-v', 'dry_run=1', '--records-per-request', '1']],
      ['u upload', ['--key', 'trial', '--param', 'dry_run=true']],
      ['users upload', ['--var', 'dry_run=1', '--api-key', 'trial']],
    ]),
  )('work in %s %j', async (command, flags) => {
    const { sandbox, sh } = await exampleShell();
    const before = sandbox.users.size;
    const line = `printf '{"user_id":"n-1"}\\n{"user_id":"n-2"}\\n' | miso ${command} ${flags.join(' ')} --api-server ${sandbox.url} --json`;
    const { code, stdout } = await sh(line, { MISO_API_KEY: '', MISO_SERVER: '' });

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ dryRun: true, records: { uploaded: 2 } });
    expect(sandbox.users.size).toBe(before);
  });

  it('delete nothing when dry_run is a parameter', async () => {
    const { sandbox, sh } = await exampleShell();
    const before = sandbox.requests.length;
    const { code, stdout } = await sh('miso users delete u-1 -v dry_run=1');

    expect(code).toBe(0);
    expect(stdout).toContain('would delete');
    expect(sandbox.requests.length).toBe(before);
  });

  it('refuse the key as a parameter', async () => {
    const { sh } = await exampleShell();
    const { code, stdout, stderr } = await sh('miso users ids -v api_key=trial');
    expect(code).toBe(2);
    expect(stderr).toContain('api_key cannot be a parameter');
    expect(stdout).toBe('');
  });
});
