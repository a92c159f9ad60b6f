import { readFileSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bash, scene, shellProgram } from '../cli/run.ts';

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

/** A command that fails ends the script, also within a pipe. */
const strict = ['-e', '-o', 'pipefail'];

/** Commands as a script finds them: no package is fetched, and no time passes. */
const stubs: Readonly<Record<string, string>> = {
  miso: `exec ${shellProgram} "$@"`,
  npm: `case "$*" in
  "install --global miso-users@${version}") exit 0 ;;
  "install --prefix "*" miso-users@${version}")
    mkdir -p "$3/node_modules/.bin" && ln -sf "$(command -v miso)" "$3/node_modules/.bin/miso" ;;
  *) echo "unexpected: npm $*" >&2; exit 99 ;;
esac`,
  npx: `[ "$1 $2" = "--yes miso-users@${version}" ] || exit 99; shift 2; exec miso "$@"`,
  sleep: 'exit 0',
};

const users = 'user_id,name,age\nu-1,Ann,34\nu-2,Luis,41\n';
const crm = 'Customer Id,name,Plan\nu-3,Aiko,pro\n';

/** Files that examples use without creating them. */
const files: Readonly<Record<string, string>> = {
  'users.csv': users,
  'users.json': JSON.stringify([{ user_id: 'u-1', name: 'Ann' }]),
  'crm.csv': crm,
  'users.ndjson': '{"user_id":"u-1","name":"Ann"}\n',
  'city.csv': 'user_id,city\nu-1,Rome\n',
  'city.ndjson': '{"user_id":"u-1","city":"Rome"}\n',
  'ids.csv': 'user_id\nu-1\n',
  'churned.csv': 'user_id\nu-2\n',
  'miso.key': 'trial\n',
  '.mirorc': 'profiles:\n  staging:\n    retries: 3\n  production:\n    retries: 3\n',
};

/** A folder with the files of the examples, a sandbox that knows their users, and a shell in it. */
export async function exampleShell() {
  const made = await scene();
  const { cwd, env } = made;
  await mkdir(join(cwd, '.bin'));
  for (const [name, script] of Object.entries(stubs)) {
    await writeFile(join(cwd, '.bin', name), `#!/bin/sh\n${script}\n`);
    await chmod(join(cwd, '.bin', name), 0o755);
  }
  for (const [name, text] of Object.entries(files)) await writeFile(join(cwd, name), text);
  await made.miso(['users', 'upload', '--quiet'], { stdin: users });
  const path = `${join(cwd, '.bin')}:${process.env['PATH'] ?? ''}`;
  return {
    ...made,
    sh: (script: string, more: Record<string, string> = {}) =>
      bash(script, {
        cwd,
        env: { HOME: cwd, RUNNER_TEMP: join(cwd, '.runner'), ...env, ...more, PATH: path },
        flags: strict,
      }),
  };
}
