import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startServer, time } from './measure.mjs';
import { sampleFile } from './sample.mjs';

/**
 * Whether memory grows with the file: the peak of a large input as a multiple of that of a small one, for each command and
 * format. `--quick` takes a smaller large one. Ends with 1 when one grows by a fifth or more.
 */
const small = 50_000;
const large = process.argv.includes('--quick') ? 500_000 : 2_000_000;
const bound = 1.2;

const bin = resolve('bin/miso.js');
const folder = resolve('bench/data');
mkdirSync(folder, { recursive: true });
const scratch = mkdtempSync(join(tmpdir(), 'miso-memory-'));
const server = await startServer();
const { NODE_EXTRA_CA_CERTS: _, ...host } = process.env;
const env = { ...host, MISO_SERVER: server.url, MISO_API_KEY: 'bench', XDG_STATE_HOME: scratch };

/** Peak in MB of one run. */
async function peak(command, count, format) {
  const path = await sampleFile(folder, count, format);
  const args = [bin, 'users', command, path, '--type', 'tags=list', '--quiet'];
  const { bytes } = await time(process.execPath, format === 'csv' ? args : args.toSpliced(4, 2), {
    env,
    cwd: scratch,
  });
  return bytes / 1e6;
}

try {
  for (const command of ['upload', 'validate']) {
    for (const format of ['csv', 'json']) {
      const [few, many] = [await peak(command, small, format), await peak(command, large, format)];
      const ratio = many / few;
      if (ratio >= bound) process.exitCode = 1;
      const sizes = `${few.toFixed(0)} MB for ${small}, ${many.toFixed(0)} MB for ${large}`;
      const verdict = ratio < bound ? 'met' : 'not met';
      process.stdout.write(
        `${command.padEnd(8)} ${format.padEnd(4)} ${sizes}: ${ratio.toFixed(2)} (bound ${bound}: ${verdict})\n`,
      );
    }
  }
} finally {
  server.stop();
  rmSync(scratch, { recursive: true, force: true });
}
