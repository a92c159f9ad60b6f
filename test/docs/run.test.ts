import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { sampled } from '../effort.ts';
import { type Example, examplesOf } from './examples.ts';
import { canRun } from './programs.ts';
import { exampleShell } from './shell.ts';

const pages = [
  ...readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
  'README.md',
];

function readPage(page: string): string {
  try {
    return readFileSync(page, 'utf8');
  } catch {
    return '';
  }
}

const examples = pages.flatMap((page) => examplesOf(page, readPage(page)));
const scripts = examples.filter(({ language }) => language === 'sh' || language === 'console');
const yaml = examples.filter(({ language }) => language === 'yaml');

/** The lines of a transcript that are typed. */
function typed({ language, text }: Example): string {
  if (language === 'sh') return text;
  return text
    .split('\n')
    .filter((line) => line.startsWith('$ '))
    .map((line) => line.slice(2))
    .join('\n');
}

/** Every line of shell in a pipeline, wherever its dialect of YAML keeps them. */
function shellLines(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(shellLines);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    if (name === 'run' && typeof inner === 'string') return [inner];
    if (name === 'script' || name === 'args') return (inner as unknown[]).map(String);
    return shellLines(inner);
  });
}

describe('the shell examples of the documentation', () => {
  it('exist', () => {
    expect(scripts.length).toBeGreaterThan(2);
    expect(yaml.length).toBeGreaterThan(2);
  });

  const runnable = scripts.filter(({ text }) => canRun(text));

  it.each(sampled(runnable).map((example) => [`${example.page}:${example.line}`, example] as const))(
    'run as they are: %s',
    async (_place, example) => {
      const { sh } = await exampleShell();
      const { code, stdout, stderr } = await sh(typed(example));
      expect({ code, output: code === 0 ? '' : stdout + stderr }).toEqual({ code: 0, output: '' });
    },
  );
});

describe('the pipelines of the documentation', () => {
  it.each(sampled(yaml).map((example) => [`${example.page}:${example.line}`, example] as const))(
    'are YAML whose shell lines upload: %s',
    async (_place, { text }) => {
      const lines = shellLines(load(text));
      expect(lines.some((line) => line.includes('users upload'))).toBe(true);

      const { sandbox, sh } = await exampleShell();
      const before = sandbox.requests.length;
      for (const line of lines) expect(await sh(line)).toMatchObject({ code: 0 });
      expect(sandbox.requests.length).toBeGreaterThan(before);
    },
  );
});

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

describe('the GitHub action', () => {
  const action = load(readFileSync('action.yml', 'utf8')) as {
    inputs: Record<string, { required?: boolean; default?: string; description: string }>;
    runs: { using: string; steps: { run?: string; shell?: string; env?: Record<string, string> }[] };
  };

  it('is composite, and passes its inputs by variables, never into a script', () => {
    expect(action.runs.using).toBe('composite');
    for (const { run, shell } of action.runs.steps) {
      expect(run ?? '').not.toContain('${{');
      if (run !== undefined) expect(shell).toBe('bash');
    }
  });

  it("leaves the job's Node as it is, and installs no version that can change", () => {
    expect(action.runs.steps.some((step) => 'uses' in step)).toBe(false);
    expect(action.inputs['version']?.default).toBe('');
  });

  it('says which Node it needs', async () => {
    const { cwd, sh } = await exampleShell();
    await writeFile(
      join(cwd, '.bin', 'node'),
      `#!/bin/sh\nexec "${process.execPath}" -r "${cwd}/old.cjs" "$@"\n`,
    );
    await writeFile(
      join(cwd, 'old.cjs'),
      "Object.defineProperty(process, 'versions', { value: { node: '18.20.1' } });",
    );
    await sh('chmod 755 .bin/node');
    const { code, stdout } = await sh(action.runs.steps[0]?.run ?? '', { ACTION_PATH: process.cwd() });
    expect(code).not.toBe(0);
    expect(stdout).toContain('::error::miso needs Node 20.19 or later');
  });

  it('runs the given command, including quotes', async () => {
    const { sandbox, sh } = await exampleShell();
    const inputs: Record<string, string> = {
      args: 'users upload crm.csv --id "Customer Id"',
      version: action.inputs['version']?.default ?? '',
    };
    const context: Record<string, string> = { 'github.action_path': process.cwd() };
    for (const { run, env = {} } of action.runs.steps) {
      if (run === undefined) continue;
      const filled = Object.entries(env).map(([name, value]) => [
        name,
        value.replace(
          /\$\{\{ (?:inputs\.([\w-]+)|([\w.]+)) \}\}/g,
          (_all, input: string | undefined, name: string) =>
            input === undefined ? context[name]! : inputs[input]!,
        ),
      ]);
      expect(await sh(run, Object.fromEntries(filled))).toMatchObject({ code: 0 });
    }
    expect(sandbox.users.has('u-3')).toBe(true);
  });

  it('does not execute its input, and returns the exit code of the command', async () => {
    const { cwd, sh } = await exampleShell();
    const { run = '' } = action.runs.steps.at(-1)!;
    await sh(`npm install --prefix "$RUNNER_TEMP/miso-users" miso-users@${version}`);
    const ARGS = 'users read "$(touch ran)" `touch ran`; touch ran';
    expect(await sh(run, { ARGS })).toMatchObject({ code: 1 });
    expect(existsSync(join(cwd, 'ran'))).toBe(false);
    expect(await sh(run, { ARGS: 'users upload "crm.csv' })).not.toMatchObject({ code: 0 });
  });
});
