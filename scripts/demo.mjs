import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { installIfMissing, run } from './run.mjs';
import { sampleCsv } from './sample-users.mjs';

const bin = resolve('bin/miso.js');

installIfMissing();
run(process.execPath, ['scripts/build.mjs', '--if-stale']);

const folder = mkdtempSync(join(tmpdir(), 'miso-demo-'));
const sandbox = spawn(process.execPath, [bin, 'sandbox', '--port', '0', '--json'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
let failed = false;
try {
  const [line] = await once(createInterface(sandbox.stdout), 'line');
  const { url } = JSON.parse(line);
  writeFileSync(join(folder, 'users.csv'), sampleCsv(1000, spoil));
  const env = { ...process.env, MISO_SERVER: url, MISO_API_KEY: 'demo', XDG_STATE_HOME: folder };

  say('A local Miso is running. 1,000 sample users are in users.csv, two of them with a fault.');
  show(['export MISO_SERVER=', url, ' MISO_API_KEY=demo'].join(''));
  type('users upload users.csv --type score=number', env, 1);
  say('\nThe two are kept, with the reasons in a last column:');
  show('cat users.rejected.csv');
  spawnSync('cat', ['users.rejected.csv'], { cwd: folder, stdio: 'inherit' });
  say('\nOne user, as Miso has it:');
  type('users read u-000042', env, 0);
  say('\nA user asks to be forgotten:');
  type('users delete u-000042 --with-interactions --verify --yes', env, 0);
  type('users read u-000042', env, 1);
  say('\nThat is all. Next: README.md, and `node bin/miso.js --help`.');
} finally {
  sandbox.kill('SIGTERM');
  await once(sandbox, 'exit');
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;

/** Two faults: an age in words, and an id that is missing. */
function spoil(row, n) {
  if (n === 410) return row.with(3, 'thirty');
  if (n === 777) return row.with(0, '');
  return row;
}

function say(text) {
  process.stdout.write(`${text}\n`);
}

function show(line) {
  say(`\n$ ${line}`);
}

/** Runs a command as a user would type it, and checks that it ends as it should. */
function type(line, env, expected) {
  show(`miso ${line}`);
  const { status } = spawnSync(process.execPath, [bin, ...line.split(' ')], {
    cwd: folder,
    env,
    stdio: 'inherit',
  });
  if (status === expected) return;
  failed = true;
  say(`The exit code is ${status}, and should be ${expected}.`);
}
