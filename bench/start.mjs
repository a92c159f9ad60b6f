import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { least, startServer } from './measure.mjs';

/** The start-up time of a command, compared with an empty program. */
export async function measureStart(bench) {
  const empty = join(bench.scratch, 'empty.cjs');
  writeFileSync(empty, '');
  const server = await startServer();
  const miso =
    (...args) =>
    async () => [(await bench.miso(server, args)).ms];
  const [[floor], [version], [help], [read]] = await least(bench.quick ? 5 : 15, [
    async () => [(await bench.node([empty])).ms],
    miso('--version'),
    miso('--help'),
    miso('users', 'read', 'u-1'),
  ]);
  server.stop();
  bench.note('start: an empty program', { value: floor, unit: 'ms' });
  bench.note('start: --version', { value: version, unit: 'ms', ratio: version / floor, bound: 1.3 });
  bench.note('start: --help', { value: help, unit: 'ms', ratio: help / floor, bound: 1.6 });
  bench.note('start: users read, with its request', {
    value: read,
    unit: 'ms',
    ratio: read / floor,
    bound: 4,
  });
}
