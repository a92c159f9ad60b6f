import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { installIfMissing, run } from '../scripts/run.mjs';
import { Bench } from './bench.mjs';
import { startServer } from './measure.mjs';
import { typeOptions, writeIds } from './sample.mjs';

// Where the time of an upload of 100,000 users and of a read of 10,000 users goes, from Node's CPU profile.
installIfMissing();
run('node', ['scripts/build.mjs']);

/** The categories of samples, by the function on top of the stack. The first match counts. */
const kinds = [
  ['idle', ({ functionName }) => functionName === '(idle)'],
  ['garbage collection', ({ functionName }) => functionName === '(garbage collector)'],
  [
    'writing to and reading from sockets and files',
    ({ functionName, url }) => url === '' && io.has(functionName),
  ],
  ['got and its dependencies', ({ url }) => /\/got-transport-[^/]*\.cjs$/.test(url)],
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
const io = new Set([
  'writev',
  'writeBuffer',
  'writeLatin1String',
  'writeUtf8String',
  'read',
  'open',
  'fdatasync',
]);

function shares(profile) {
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
  const found = new Map(kinds.map(([name]) => [name, 0]));
  for (const [n, sample] of profile.samples.entries()) {
    const [name] = kinds.find(([, fits]) => fits(frames.get(sample)));
    found.set(name, found.get(name) + profile.timeDeltas[n] / 1000);
  }
  return found;
}

const bench = new Bench();
const server = await startServer();
try {
  const ids = join(bench.scratch, 'ids.txt');
  writeIds(ids);
  const runs = [['read of 10,000 users', 'users', 'read', '--from', ids]];
  for (const format of ['ndjson', 'csv']) {
    const input = await bench.sample(100_000, format);
    runs.push([`upload of 100,000 users, ${format}`, 'users', 'upload', input, ...typeOptions(format), '-q']);
  }
  for (const [n, [what, ...args]] of runs.entries()) {
    const dir = join(bench.scratch, `profile-${n}`);
    const flags = ['--cpu-prof', '--cpu-prof-interval', '200', '--cpu-prof-dir', dir];
    await bench.miso(server, args, { flags });
    const [file] = readdirSync(dir);
    const found = shares(JSON.parse(readFileSync(join(dir, file), 'utf8')));
    process.stdout.write(`\n${what}: milliseconds\n`);
    for (const [name] of kinds)
      process.stdout.write(`${name.padEnd(52)}${found.get(name).toFixed(0).padStart(10)}\n`);
  }
} finally {
  server.stop();
  bench.close();
}
