import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { installIfMissing, run } from './run.mjs';

const bin = resolve('bin/miso.js');

installIfMissing();
run(process.execPath, ['scripts/build.mjs', '--if-stale']);

const folder = mkdtempSync(join(tmpdir(), 'miso-demo-'));
const sandbox = spawn(process.execPath, [bin, 'sandbox', '--port', '0', '--demo', '--json'], {
  cwd: folder,
  stdio: ['ignore', 'pipe', 'inherit'],
});
let failed = false;
try {
  const [line] = await once(createInterface(sandbox.stdout), 'line');
  const { url } = JSON.parse(line);
  const env = { ...process.env, MISO_SERVER: url, MISO_API_KEY: 'demo', XDG_STATE_HOME: folder };

  say(
    'A local Miso is running: `miso sandbox --demo`. users-with-errors.csv has 1,000 sample users, two of them with errors.',
  );
  show(['export MISO_SERVER=', url, ' MISO_API_KEY=demo'].join(''));
  type('users upload users-with-errors.csv --type score=number', env, 1);
  say('\nThe two rejected records were saved, with the reasons in the last column:');
  show('cat users-with-errors.rejected.csv');
  say(readFileSync(join(folder, 'users-with-errors.rejected.csv'), 'utf8').trimEnd());
  say('\nRead one user back:');
  type('users read u-42', env, 0);
  say('\nA user asks to be forgotten:');
  type('users delete u-42 --with-interactions --verify --yes', env, 0);
  type('users read u-42', env, 1);
  say('\nNext: README.md, and `node bin/miso.js --help`.');
} finally {
  sandbox.kill('SIGTERM');
  await once(sandbox, 'exit');
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;

function say(text) {
  process.stdout.write(`${text}\n`);
}

function show(line) {
  say(`\n$ ${line}`);
}

/** Runs a command as a user would type it, and checks its exit code. */
function type(line, env, expected) {
  show(`miso ${line}`);
  const { status } = spawnSync(process.execPath, [bin, ...line.split(' ')], {
    cwd: folder,
    env,
    stdio: 'inherit',
  });
  if (status === expected) return;
  failed = true;
  say(`The exit code is ${status}, but should be ${expected}.`);
}
