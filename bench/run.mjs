import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { installIfMissing, run } from '../scripts/run.mjs';
import { Bench } from './bench.mjs';
import { measureMemory } from './memory.mjs';
import { measureProcessor } from './processor.mjs';
import { measureServers } from './servers.mjs';
import { measureStart } from './start.mjs';

/** `npm run bench [-- --quick] [start|processor|servers|memory]`: all parts, or one. */
const parts = {
  start: measureStart,
  processor: measureProcessor,
  servers: measureServers,
  memory: measureMemory,
};

installIfMissing();
run('node', ['scripts/build.mjs', '--if-stale']);
const chosen = process.argv.slice(2).filter((arg) => !arg.startsWith('-'));
const unknown = chosen.find((name) => !Object.hasOwn(parts, name));
if (unknown !== undefined) throw new Error(`${unknown} is not one of ${Object.keys(parts).join(', ')}.`);

const bench = new Bench();
try {
  bench.printHeading();
  for (const [name, measure] of Object.entries(parts)) {
    if (chosen.length === 0 || chosen.includes(name)) await measure(bench);
  }
  const result = { node: process.version, cores: cpus().length, rows: bench.rows };
  writeFileSync('bench/result.json', `${JSON.stringify(result, null, 2)}\n`);
} finally {
  bench.close();
}
