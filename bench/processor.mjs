import { join, resolve } from 'node:path';
import { least, startServer } from './measure.mjs';
import { typeOptions, writeIds } from './sample.mjs';

/** Time and CPU time against a server that answers at once: the program is the limit. */
export async function measureProcessor(bench) {
  const rounds = bench.quick ? 2 : 5;
  const server = await startServer();
  const ndjson = await bench.sample(100_000, 'ndjson');
  const own = (script) => async () => [Number((await bench.node([resolve(script), server.url, ndjson])).out)];
  const leastOf = async (args) => {
    const run = async () => {
      const { ms, cpu } = await bench.miso(server, args);
      return [ms, cpu];
    };
    return (await least(rounds, [run]))[0];
  };
  const [[http], [got]] = await least(rounds, [own('bench/floor-http.mjs'), own('bench/floor-got.mjs')]);
  bench.note('a bare client sends 1,000 bodies that are ready', { value: http, unit: 'ms' });
  bench.note('got alone sends them', { value: got, unit: 'ms', ratio: got / http });
  for (const format of ['ndjson', 'json', 'csv']) {
    const path = await bench.sample(100_000, format);
    const [ms, cpu] = await leastOf(['users', 'upload', path, ...typeOptions(format), '-q']);
    bench.note(`upload of 100,000 users, ${format}: time`, { value: ms, unit: 'ms', ratio: ms / http });
    bench.note(`upload of 100,000 users, ${format}: CPU time`, { value: cpu, unit: 's' });
  }
  const list = join(bench.scratch, 'ids.txt');
  writeIds(list);
  for (const [what, ...args] of [['read'], ['delete', '--yes', '-q']]) {
    const [ms, cpu] = await leastOf(['users', what, '--from', list, ...args]);
    bench.note(`${what} of 10,000 users: time`, { value: ms, unit: 'ms' });
    bench.note(`${what} of 10,000 users: CPU time`, { value: cpu, unit: 's' });
  }
  server.stop();
}
