import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { sampled } from '../effort.ts';
import { bin, freshFolder, run } from './run.ts';
import { inTerminal } from './terminal.ts';

const shells = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof shells)[number];

function isInstalled(shell: Shell): boolean {
  return spawnSync(shell, ['--version']).status === 0;
}

const installed = shells.filter(isInstalled);
const others = shells.filter((shell) => !installed.includes(shell));

/** A folder with files to complete, and the script of a shell in it. */
async function prepared(shell: Shell) {
  const cwd = await freshFolder();
  await mkdir(join(cwd, 'exports'));
  await mkdir(join(cwd, 'bin'));
  await symlink(bin, join(cwd, 'bin/miso'));
  await writeFile(join(cwd, '.mirorc'), 'profiles: { staging: {}, production: {} }\n');
  for (const name of ['users.csv', 'users two.csv']) await writeFile(join(cwd, name), '');
  const { code, stdout, stderr } = await run(['completion', shell]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  await writeFile(join(cwd, 'completion'), stdout);
  return { cwd, script: stdout };
}

/** What the shell itself offers for a line with the cursor at its end, without what surrounds the words. */
async function offers(shell: Shell, line: string): Promise<string[]> {
  const { cwd } = await prepared(shell);
  const env = { PATH: `${cwd}/bin:${process.env['PATH']}`, HOME: cwd, LANG: 'C.UTF-8' };
  const ask = (args: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync(shell, args, { cwd, env, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    return stdout.split('\n').filter((word) => word !== '');
  };
  switch (shell) {
    case 'bash': {
      // As readline does: each "=" is a separate word.
      const words = line.split(/ |(?<==)|(?==)/);
      const given = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
      const script = `source completion; COMP_WORDS=(${given}); COMP_CWORD=${words.length - 1}; _miso; printf '%s\\n' "\${COMPREPLY[@]}"`;
      return ask(['--norc', '-c', script]);
    }
    case 'fish':
      return ask(['--no-config', '-c', `source completion; complete -C '${line}'`]).map(
        (offer) => offer.split('\t')[0]!,
      );
    case 'zsh':
      return await offersOfZsh(cwd, line);
  }
}

/** Where zsh keeps what it found in its folders of functions, which it would search for a second each time. */
const dump = mkdtempSync(join(tmpdir(), 'miso-zsh-'));
afterAll(() => rmSync(dump, { recursive: true }));

/** A key that completes and prints every word that was offered, each on a line of its own. */
const probe = `
autoload -U compinit
compinit -C -d ${dump}/dump
source ./completion
compadd() {
  local -a offered
  [[ " $* " == *" -"[OAD]" "* ]] && { builtin compadd "$@"; return }
  builtin compadd -A offered "$@"
  print -rl -- "" "OFFER:"$^offered
  builtin compadd "$@"
}
probed() {
  _main_complete
  print -r -- ""
  print -r -- PROB""ED
}
zle -C probed complete-word probed
bindkey "^X" probed
`;

/** zsh completes only while a line is edited. */
async function offersOfZsh(cwd: string, line: string): Promise<string[]> {
  await writeFile(join(cwd, 'probe'), probe);
  const env = { HOME: cwd, PS1: '> ', PATH: `${cwd}/bin:${process.env['PATH']}` };
  const terminal = inTerminal('zsh', ['-f', '-i'], { cwd, env, columns: 200 });
  await terminal.until('> ');
  terminal.type('source ./probe; echo rea""dy\r');
  await terminal.until('ready');
  await terminal.until('> ');
  terminal.type(`${line}\u0018`);
  await terminal.until('PROBED');
  const words = [...terminal.raw().matchAll(/OFFER:([^\r\n]+)/g)].map(([, word]) => word!);
  terminal.kill();
  await terminal.exit;
  return words;
}

const cases: readonly (readonly [line: string, expected: readonly string[], not: readonly string[]])[] = [
  ['miso us', ['users'], ['config']],
  ['miso users u', ['upload'], ['read', 'users two.csv']],
  ['miso u up', ['upload'], []],
  ['miso users upload --re', ['--retries', '--resume', '--rejects', '--report'], ['--backup']],
  ['miso users delete --b', ['--backup'], ['--bytes-per-request']],
  ['miso users upload --format c', ['csv'], ['users.csv']],
  ['miso users read --format t', ['table'], ['tsv']],
  ['miso --profile users conf', ['config'], []],
  ['miso users upload --unknown ', ['custom', 'drop', 'error', 'keep'], ['users.csv']],
  ['miso users upload us', ['users.csv', 'users two.csv'], ['exports']],
  ['miso users upload --report=us', ['users.csv'], ['--report']],
  ['miso users upload --rejects us', ['users.csv'], []],
  ['miso --profile s', ['staging'], ['production', 'users.csv']],
  ['miso config get re', ['report', 'retries'], ['users.csv']],
  ['miso completion ', ['bash', 'zsh', 'fish'], ['users.csv']],
];

describe.each(installed)('completion of %s, in that shell', (shell) => {
  it.each(sampled(cases))('offers matching completions for `%s`', async (line, expected, not) => {
    const found = (await offers(shell, line)).map((word) =>
      word.replace(/^--report=/, '').replaceAll('\\ ', ' '),
    );

    expect(found).toEqual(expect.arrayContaining([...expected]));
    for (const word of not) expect(found).not.toContain(word);
  });
});

describe.each(installed.filter((shell) => shell !== 'fish'))('completion of %s at its prompt', (shell) => {
  it('completes with the tab key, also a file with a space in its name', async () => {
    const { cwd } = await prepared(shell);
    const flags = shell === 'zsh' ? ['-f', '-i'] : ['--norc', '-i'];
    const { until, shows, type, exit } = inTerminal(shell, flags, { cwd, env: { HOME: cwd, PS1: '> ' } });
    await until('> ');
    if (shell === 'zsh') type(`autoload -U compinit; compinit -C -d ${dump}/dump; `);
    type('miso() { echo "<$3>"; }; source ./completion; echo rea""dy\r');
    await until('ready');
    await until('> ');
    type('miso users upl\t');
    await shows('> miso users upload');
    type('users\\ \t');
    await shows('users\\ two.csv');
    type('\r');
    await shows('<users two.csv>');
    type('exit\r');
    await exit;
  });
});

it.each(others)(
  'completion of %s, which is not installed here, names commands, options and files',
  async (shell) => {
    const { script } = await prepared(shell);
    for (const word of ['upload', 'records-per-request', 'tsv', shell === 'fish' ? '-F' : '_files'])
      expect(script).toContain(word);
  },
);

it('finds bash wherever the tests run', () => {
  expect(installed).toContain('bash');
});
