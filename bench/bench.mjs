import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { time } from './measure.mjs';
import { sampleFile } from './sample.mjs';

// Additional certificates of the host slow down each start.
const { NODE_EXTRA_CA_CERTS: _, ...host } = process.env;

/** What the benchmarks share: the program, its inputs, a folder for its state, and the table of results. */
export class Bench {
  /** Smaller inputs and fewer rounds. */
  quick = process.argv.includes('--quick');
  bin = resolve('bin/miso.js');
  scratch = mkdtempSync(join(tmpdir(), 'miso-bench-'));
  rows = [];

  printHeading() {
    process.stdout.write(`node ${process.version}, ${cpus().length} cores\n`);
    this.#print('', ['value', 'ratio', 'bound', '']);
  }

  /** Runs another script with the same environment. */
  node(args, options = {}) {
    return time(process.execPath, args, { env: host, cwd: this.scratch, ...options });
  }

  /** Runs the program against a server. `flags`: for Node. */
  miso(server, args, { flags = [], ...options } = {}) {
    const env = { ...host, MISO_SERVER: server.url, MISO_API_KEY: 'bench', XDG_STATE_HOME: this.scratch };
    return this.node([...flags, this.bin, ...args], { env, ...options });
  }

  sample(count, format, padding) {
    return sampleFile(count, format, padding);
  }

  /** Adds a row to the table. `bound`: the maximum, or with `atLeast` the minimum, of `ratio`, or of `value` without one. */
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
