import { startServer } from './measure.mjs';
import { typeOptions } from './sample.mjs';

const boundMb = 150;
const growthBound = 1.2;

/** Peak memory of upload and validate for small and large inputs, small and large records, from a file and from a pipe. */
export async function measureMemory(bench) {
  // Numbers of users, and bytes added to each record of about 300. `few` are enough for V8 to grow its heap as far as it will.
  const inputs = bench.quick
    ? [
        { few: 100_000, many: 300_000, padding: 0 },
        { few: 25_000, many: 60_000, padding: 1700 },
      ]
    : [
        { few: 300_000, many: 2_000_000, padding: 0 },
        { few: 50_000, many: 400_000, padding: 1700 },
      ];
  for (const command of ['upload', 'validate']) {
    for (const format of ['csv', 'ndjson', 'json']) {
      for (const source of ['file', 'pipe']) {
        for (const input of inputs) await compare(bench, { command, format, source, ...input });
      }
    }
  }
  for (const format of ['csv', 'ndjson']) await farAway(bench, format);
}

async function compare(bench, { few, many, ...what }) {
  const small = await peak(bench, { ...what, count: few });
  const large = await peak(bench, { ...what, count: many });
  const { command, format, source, padding } = what;
  const name = `memory: ${command}, ${format} from a ${source}, records of ${padding === 0 ? '0.3' : '2'} KB`;
  bench.note(name, { value: Math.max(small, large), unit: 'MB', bound: boundMb });
  bench.note(`… ${many.toLocaleString('en')} users, compared with ${few.toLocaleString('en')}`, {
    ratio: large / small,
    bound: growthBound,
  });
}

/** With as many calls in flight as possible. */
async function farAway(bench, format) {
  for (const padding of [0, 1700]) {
    const what = { command: 'upload', format, source: 'file', count: 100_000, padding };
    const value = await peak(bench, what, { latency: 300 });
    bench.note(`memory: upload, ${format}, records of ${padding === 0 ? '0.3' : '2'} KB, 300 ms away`, {
      value,
      unit: 'MB',
      bound: boundMb,
    });
  }
}

/** Peak in MB of one run. */
async function peak(bench, { command, source, format, count, padding }, spec = {}) {
  const path = await bench.sample(count, format, padding);
  const input = source === 'pipe' ? ['--format', format] : [path];
  const server = await startServer(spec);
  const options = source === 'pipe' ? { stdin: path } : {};
  const { bytes } = await bench.miso(
    server,
    ['users', command, ...input, ...typeOptions(format), '-q'],
    options,
  );
  server.stop();
  return bytes / 1e6;
}
