import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startServer, time } from './measure.mjs';
import { sampleFile } from './sample.mjs';

/**
 * Peak memory of each command and format, for small and large inputs, small and large records, from a file and from a
 * pipe. `--quick` takes smaller inputs. Exits with 1 if a peak exceeds the bound, or grows by a fifth or more with the
 * input.
 */
const quick = process.argv.includes('--quick');
const boundMb = 150;
const growthBound = 1.2;
/** Numbers of users, and bytes added to each record of about 300. */
const inputs = [
  { few: 50_000, many: quick ? 500_000 : 2_000_000, padding: 0 },
  { few: 25_000, many: quick ? 100_000 : 400_000, padding: 1700 },
];

const bin = resolve('bin/miso.js');
const folder = resolve('bench/data');
mkdirSync(folder, { recursive: true });
const scratch = mkdtempSync(join(tmpdir(), 'miso-memory-'));
const server = await startServer();
const { NODE_EXTRA_CA_CERTS: _, ...host } = process.env;
const env = { ...host, MISO_SERVER: server.url, MISO_API_KEY: 'bench', XDG_STATE_HOME: scratch };

/** Peak in MB of one run. */
async function peak({ command, source, format, count, padding }) {
  const path = await sampleFile(folder, count, format, padding);
  const input = source === 'pipe' ? ['--format', format] : [path];
  const type = format === 'csv' ? ['--type', 'tags=list'] : [];
  const { bytes } = await time(process.execPath, [bin, 'users', command, ...input, ...type, '--quiet'], {
    ...{ env, cwd: scratch },
    ...(source === 'pipe' ? { stdin: path } : {}),
  });
  return bytes / 1e6;
}

async function compare(what, { few, many, padding }) {
  const small = await peak({ ...what, count: few, padding });
  const large = await peak({ ...what, count: many, padding });
  const growth = large / small;
  const met = Math.max(small, large) <= boundMb && growth < growthBound;
  if (!met) process.exitCode = 1;
  const cells = [
    what.command.padEnd(8),
    what.format.padEnd(6),
    what.source.padEnd(4),
    padding === 0 ? '0.3 KB' : '2 KB  ',
    `${small.toFixed(0)} MB for ${few}, ${large.toFixed(0)} MB for ${many}:`,
    `${growth.toFixed(2)} (bounds: ${boundMb} MB, ${growthBound}: ${met ? 'met' : 'not met'})`,
  ];
  process.stdout.write(`${cells.join(' ')}\n`);
}

try {
  for (const command of ['upload', 'validate']) {
    for (const format of ['csv', 'ndjson', 'json']) {
      for (const source of ['file', 'pipe'])
        for (const input of inputs) await compare({ command, format, source }, input);
    }
  }
} finally {
  server.stop();
  rmSync(scratch, { recursive: true, force: true });
}
