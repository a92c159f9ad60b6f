import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { installIfMissing, run } from '../scripts/run.mjs';
import { startServer, time } from './measure.mjs';
import { sampleFile } from './sample.mjs';

// Where the time of an upload of 100,000 users goes, as the processor profile of Node tells it.
installIfMissing();
run('node', ['scripts/build.mjs']);

/** What a sample is counted as, by the function on top of the stack; the first that fits. */
const kinds = [
  ['idle', ({ functionName }) => functionName === '(idle)'],
  ['garbage collection', ({ functionName }) => functionName === '(garbage collector)'],
  [
    'writing to and reading from sockets and files',
    ({ functionName, url }) => url === '' && io.has(functionName),
  ],
  ['got and what it brings', ({ url }) => /\/got-transport-[^/]*\.cjs$/.test(url)],
  [
    "Node's HTTP client, sockets and streams",
    ({ url }) => /^node:(_http|net|events|internal\/(streams|stream_base|timers|url))/.test(url),
  ],
  [
    'loading and compiling modules',
    ({ url, functionName }) =>
      /^node:internal\/(modules|bootstrap)/.test(url) || functionName === 'compileFunction',
  ],
  ['the rest of Node and V8', ({ url }) => url === '' || url.startsWith('node:')],
  ['this program', () => true],
];
const io = new Set(['writev', 'writeBuffer', 'writeUtf8String', 'read', 'open', 'fdatasync']);

function shares(profile) {
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
  const found = new Map(kinds.map(([name]) => [name, 0]));
  for (const [n, sample] of profile.samples.entries()) {
    const [name] = kinds.find(([, fits]) => fits(frames.get(sample)));
    found.set(name, found.get(name) + profile.timeDeltas[n] / 1000);
  }
  return found;
}

const scratch = mkdtempSync(join(tmpdir(), 'miso-profile-'));
const { NODE_EXTRA_CA_CERTS: _, ...host } = process.env;
const server = await startServer();
try {
  for (const format of ['ndjson', 'csv']) {
    const input = await sampleFile(100_000, format);
    const dir = join(scratch, format);
    const command = [
      '--cpu-prof',
      '--cpu-prof-interval',
      '200',
      '--cpu-prof-dir',
      dir,
      resolve('bin/miso.js'),
    ];
    const env = { ...host, MISO_SERVER: server.url, MISO_API_KEY: 'bench', XDG_STATE_HOME: scratch };
    const type = format === 'csv' ? ['--type', 'tags=list'] : [];
    await time(process.execPath, [...command, 'users', 'upload', input, ...type, '-q'], {
      env,
      cwd: scratch,
    });
    const [file] = readdirSync(dir);
    const found = shares(JSON.parse(readFileSync(join(dir, file), 'utf8')));
    process.stdout.write(`\nupload of 100,000 users, ${format}: milliseconds\n`);
    for (const [name] of kinds)
      process.stdout.write(`${name.padEnd(52)}${found.get(name).toFixed(0).padStart(10)}\n`);
  }
} finally {
  server.stop();
  rmSync(scratch, { recursive: true, force: true });
}
