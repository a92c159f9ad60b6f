import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { time } from './measure.mjs';
import { sampleFile } from './sample.mjs';

// Certificates of the host are read at each start, and say nothing about the program.
const { NODE_EXTRA_CA_CERTS: _, ...host } = process.env;

/** What the parts of a benchmark share: the program, its inputs, a folder for its state, and the table of results. */
export class Bench {
  /** Smaller inputs and fewer rounds. */
  quick = process.argv.includes('--quick');
  bin = resolve('bin/miso.js');
  scratch = mkdtempSync(join(tmpdir(), 'miso-bench-'));
  rows = [];

  constructor() {
    process.stdout.write(`node ${process.version}, ${cpus().length} cores\n`);
    this.#print('', ['value', 'ratio', 'bound', '']);
  }

  /** Runs the program against a server. */
  miso(server, args, options = {}) {
    const env = { ...host, MISO_SERVER: server.url, MISO_API_KEY: 'bench', XDG_STATE_HOME: this.scratch };
    return time(process.execPath, [this.bin, ...args], { env, cwd: this.scratch, ...options });
  }

  sample(count, format, padding) {
    return sampleFile(count, format, padding);
  }

  /** A row of the table. `bound`: the most that `ratio`, or else `value`, may be; with `atLeast`, the least. */
  note(what, { value, unit = '', ratio, bound, atLeast = false }) {
    const judged = ratio ?? value;
    const met = bound === undefined ? '' : (atLeast ? judged >= bound : judged <= bound) ? 'met' : 'NOT MET';
    this.rows.push({ what, value, unit, ratio, bound, atLeast, met });
    const digits = unit === 'ms' || unit === 'MB' ? 0 : 2;
    this.#print(what, [
      value === undefined ? '' : `${value.toFixed(digits)} ${unit}`,
      ratio?.toFixed(3) ?? '',
      bound ?? '',
      met,
    ]);
  }

  close() {
    rmSync(this.scratch, { recursive: true, force: true });
  }

  #print(what, cells) {
    process.stdout.write(`${what.padEnd(68)} ${cells.map((cell) => String(cell).padStart(9)).join(' ')}\n`);
  }
}
