import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { installIfMissing, run } from '../scripts/run.mjs';
import { least, startServer, time } from './measure.mjs';
import { sampleFile } from './sample.mjs';

installIfMissing();
run('node', ['scripts/build.mjs']);

const quick = process.argv.includes('--quick');
const rounds = quick ? 2 : 5;
const bin = resolve('bin/miso.js');
const folder = resolve('bench/data');
mkdirSync(folder, { recursive: true });
const scratch = mkdtempSync(join(tmpdir(), 'miso-bench-'));
const rows = [];

// Certificates of the host are read at each start, and say nothing about the program.
const { NODE_EXTRA_CA_CERTS: _, ...host } = process.env;

function environment(url) {
  return { ...host, MISO_SERVER: url, MISO_API_KEY: 'bench', XDG_STATE_HOME: scratch };
}

function note(what, { value, unit, floor, ratio, bound, atLeast = false }) {
  const met = bound === undefined ? '' : (atLeast ? ratio >= bound : ratio <= bound) ? 'met' : 'not met';
  rows.push({ what, value, unit, floor, ratio, bound, atLeast, met });
  const shown = [
    `${value.toFixed(unit === 'ms' ? 0 : 1)} ${unit}`,
    ratio?.toFixed(2) ?? '',
    bound ?? '',
    met,
  ];
  process.stdout.write(`${what.padEnd(52)} ${shown.map((cell) => String(cell).padStart(10)).join(' ')}\n`);
}

async function startUp() {
  const empty = join(scratch, 'empty.cjs');
  writeFileSync(empty, '');
  const server = await startServer();
  const options = { env: environment(server.url), cwd: scratch };
  const node =
    (...args) =>
    async () =>
      (await time(process.execPath, args, options)).ms;
  const [floor, version, help, read] = await least(quick ? 5 : 15, [
    node(empty),
    node(bin, '--version'),
    node(bin, '--help'),
    node(bin, 'users', 'read', 'u-1'),
  ]);
  server.stop();
  note('start-up: an empty program', { value: floor, unit: 'ms' });
  note('start-up: --version', { value: version, unit: 'ms', floor, ratio: version / floor, bound: 1.3 });
  note('start-up: --help', { value: help, unit: 'ms', floor, ratio: help / floor, bound: 1.6 });
  note('start-up: users read, one request', {
    value: read,
    unit: 'ms',
    floor,
    ratio: read / floor,
    bound: 4,
  });
}

async function throughput() {
  const count = 100_000;
  const [ndjson, json, csv] = await Promise.all(
    ['ndjson', 'json', 'csv'].map((format) => sampleFile(folder, count, format)),
  );
  const server = await startServer();
  const options = { env: environment(server.url), cwd: scratch };
  const upload = (path) => async () =>
    (await time(process.execPath, [bin, 'users', 'upload', path, '--type', 'tags=list', '-q'], options)).ms;
  const own =
    (script, ...args) =>
    async () =>
      Number((await time(process.execPath, [script, ...args], options)).out);
  const [http, bareGot, parse, fromNdjson, fromJson, fromCsv] = await least(rounds, [
    own(resolve('bench/floor-http.mjs'), server.url, ndjson),
    own(resolve('bench/floor-got.mjs'), server.url, ndjson),
    own(resolve('bench/floor-csv.mjs'), csv),
    upload(ndjson),
    upload(json),
    upload(csv),
  ]);
  server.stop();
  note('floor: a bare client sends 1,000 ready-made bodies', { value: http, unit: 'ms' });
  note('got alone sends them', { value: bareGot, unit: 'ms', floor: http, ratio: bareGot / http });
  note('floor: csv-parse alone', { value: parse, unit: 'ms' });
  note('upload of 100,000 users, NDJSON', {
    value: fromNdjson,
    unit: 'ms',
    floor: http,
    ratio: fromNdjson / http,
    bound: 2.5,
  });
  note('upload of 100,000 users, JSON array', {
    value: fromJson,
    unit: 'ms',
    floor: http,
    ratio: fromJson / http,
    bound: 2.5,
  });
  note('upload of 100,000 users, CSV', {
    value: fromCsv,
    unit: 'ms',
    floor: parse,
    ratio: fromCsv / parse,
    bound: 1.3,
  });
}

async function latency() {
  // Long enough that the start and the last pause, which are the same for any size, count for little.
  const [many, fewer] = quick ? [100_000, 40_000] : [200_000, 100_000];
  const [ndjson, some] = await Promise.all([many, fewer].map((count) => sampleFile(folder, count, 'ndjson')));
  const server = await startServer(100);
  const options = { env: environment(server.url), cwd: scratch };
  const ms = (await time(process.execPath, [bin, 'users', 'upload', ndjson, '-q'], options)).ms;
  server.stop();
  const ideal = (many / 100 / 8) * 100;
  note('answers after 100 ms, 8 at a time: share of the ideal', {
    value: ms,
    unit: 'ms',
    floor: ideal,
    ratio: ideal / ms,
    bound: 0.95,
    atLeast: true,
  });

  const limited = await startServer(0, 20);
  await time(process.execPath, [bin, 'users', 'upload', some, '-q'], {
    env: environment(limited.url),
    cwd: scratch,
  });
  const { accepted, ms: took } = await limited.stats();
  limited.stop();
  // The bucket is full at the start: those calls cost no time.
  const allowed = 20 * (took / 1000) + 20;
  note('a server that allows 20 calls a second: share of it', {
    value: took,
    unit: 'ms',
    ratio: accepted / allowed,
    bound: 0.95,
    atLeast: true,
  });
}

async function ids() {
  const list = join(scratch, 'ids.txt');
  writeFileSync(list, Array.from({ length: 10_000 }, (_, n) => `user-${n}\n`).join(''));
  const server = await startServer();
  const options = { env: environment(server.url), cwd: scratch };
  const [read, remove] = await least(rounds, [
    async () => (await time(process.execPath, [bin, 'users', 'read', '--from', list], options)).ms,
    async () =>
      (await time(process.execPath, [bin, 'users', 'delete', '--from', list, '--yes', '-q'], options)).ms,
  ]);
  server.stop();
  note('read of 10,000 users', { value: read, unit: 'ms' });
  note('delete of 10,000 users', { value: remove, unit: 'ms' });
}

const amount = ({ count }) => count.toLocaleString('en');

function noteMemory(what, bytes) {
  note(`peak of memory, ${what}`, { value: bytes / 1e6, unit: 'MB', ratio: bytes / 1e6, bound: 150 });
}

async function memoryAndGrowth() {
  const sizes = quick ? [100_000, 1_000_000] : [100_000, 1_000_000, 5_000_000];
  for (const format of ['ndjson', 'csv']) {
    const server = await startServer();
    const options = { env: environment(server.url), cwd: scratch };
    const found = [];
    for (const count of sizes) {
      const path = await sampleFile(folder, count, format);
      const { ms, bytes } = await time(
        process.execPath,
        [bin, 'users', 'upload', path, '--type', 'tags=list', '-q'],
        options,
      );
      found.push({ count, ms, bytes });
      noteMemory(`${count.toLocaleString('en')} users, ${format}`, bytes);
    }
    const path = await sampleFile(folder, quick ? 100_000 : 500_000, format, 1700);
    const piped = await time(process.execPath, [bin, 'users', 'upload', '--format', format, '-q'], {
      ...options,
      stdin: path,
    });
    noteMemory(`users of 2 KB from a pipe, ${format}`, piped.bytes);
    server.stop();
    for (const [n, more] of found.slice(1).entries()) {
      const less = found[n];
      note(`time a user, ${amount(more)} to ${amount(less)}, ${format}`, {
        value: more.ms,
        unit: 'ms',
        floor: less.ms,
        ratio: more.ms / more.count / (less.ms / less.count),
        bound: 1.05,
      });
    }
  }
}

try {
  process.stdout.write(`node ${process.version}, ${cpus().length} cores\n`);
  process.stdout.write(
    `${''.padEnd(52)} ${['least', 'ratio', 'bound', ''].map((cell) => cell.padStart(10)).join(' ')}\n`,
  );
  for (const part of [startUp, throughput, latency, ids, memoryAndGrowth]) await part();
  writeFileSync(
    'bench/result.json',
    `${JSON.stringify({ node: process.version, cores: cpus().length, rows }, null, 2)}\n`,
  );
  process.stdout.write('written to bench/result.json\n');
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
