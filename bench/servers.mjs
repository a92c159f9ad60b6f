import { join } from 'node:path';
import { startServer } from './measure.mjs';

const recordsPerCall = 100;
const maxInFlight = 64;

/** The share of the capacity of various servers that the default settings use. */
export async function measureServers(bench) {
  for (const ms of [20, 100, 300, 1000]) await farAway(bench, ms);
  await workerPool(bench);
  await slowRecords(bench);
  for (const burst of bench.quick ? [20] : [2, 20, 200]) await bucket(bench, burst);
  for (const retryAfter of [true, false]) await fixedWindow(bench, retryAfter);
  await halvedCapacity(bench);
  await fourProcesses(bench);
}

/** Uploads the records of `calls` calls, and returns the duration and what the server counted. */
async function upload(bench, spec, calls) {
  const path = await bench.sample(calls * recordsPerCall, 'ndjson');
  const server = await startServer(spec);
  const { ms } = await bench.miso(server, ['users', 'upload', path, '-q']);
  const stats = await server.stats();
  server.stop();
  const sent = stats.acceptedAt.length + stats.refusedAt.length;
  return { seconds: ms / 1000, refused: stats.refusedAt.length / sent, stats };
}

/** Calls per second in a part of the run, from the share `from` to the share `to` of all calls. */
function rateOf(times, from, to) {
  const [first, last] = [Math.floor(times.length * from), Math.floor(times.length * to) - 1];
  return (last - first) / (times[last] - times[first]);
}

async function farAway(bench, latency) {
  const calls = 1000;
  const { seconds, stats } = await upload(bench, { latency }, calls);
  const ideal = maxInFlight / (latency / 1000);
  const atLeast = (bound) => (latency < 300 ? {} : { bound, atLeast: true });
  bench.note(`${latency} ms away, whole run: share of ${maxInFlight} in flight`, {
    value: seconds,
    unit: 's',
    ratio: calls / ideal / seconds,
    ...atLeast(0.7),
  });
  bench.note(`${latency} ms away, second half`, {
    ratio: rateOf(stats.answeredAt, 0.5, 0.95) / ideal,
    ...atLeast(0.9),
  });
}

async function workerPool(bench) {
  const calls = 1000;
  const { seconds, refused } = await upload(bench, { workers: 20, ms: 200, queue: 60 }, calls);
  const share = calls / (20 / 0.2) / seconds;
  bench.note('20 workers of 200 ms, queue of 60: share', {
    value: seconds,
    unit: 's',
    ratio: share,
    bound: 0.85,
    atLeast: true,
  });
  bench.note('… refused', { ratio: refused, bound: 0.02 });
}

async function slowRecords(bench) {
  const calls = 1000;
  const spec = { workers: 4, ms: 5, msPerRecord: 0.5, queue: 60 };
  const { seconds, stats } = await upload(bench, spec, calls);
  const share = calls / (4 / 0.055) / seconds;
  bench.note('4 workers of 5 ms and 0.5 ms per record: share', {
    value: seconds,
    unit: 's',
    ratio: share,
    bound: 0.9,
    atLeast: true,
  });
  bench.note('… calls that wait for a worker, on average', { value: stats.meanWaiting, bound: 8 });
}

async function bucket(bench, burst) {
  const rate = 20;
  const calls = bench.quick ? 500 : 1000;
  const { seconds, refused, stats } = await upload(bench, { rate, burst }, calls);
  const lasted = stats.acceptedAt.at(-1);
  const small = burst < rate / 2;
  bench.note(`20 calls per second, burst of ${burst}: share`, {
    value: seconds,
    unit: 's',
    ratio: calls / (rate * lasted + burst),
    bound: small ? 0.93 : 0.95,
    atLeast: true,
  });
  bench.note('… refused', { ratio: refused, bound: 0.05 });
}

async function fixedWindow(bench, retryAfter) {
  const rate = 20;
  const calls = bench.quick ? 500 : 1000;
  const { seconds, refused, stats } = await upload(bench, { rate, window: 1, retryAfter }, calls);
  const windows = Math.floor(stats.acceptedAt.at(-1)) + 1;
  bench.note(`20 calls per second in windows, ${retryAfter ? 'with' : 'without'} Retry-After: share`, {
    value: seconds,
    unit: 's',
    ratio: calls / (rate * windows),
    bound: 0.95,
    atLeast: true,
  });
  bench.note('… refused', { ratio: refused, bound: 0.05 });
}

async function halvedCapacity(bench) {
  const [from, to] = [8, 16];
  const roundTrip = 0.2;
  const spec = { workers: 20, ms: 200, queue: 60, halved: [from, to] };
  const { refused, stats } = await upload(bench, spec, 2000);
  const began = to + 30 * roundTrip;
  const after = stats.answeredAt.filter((at) => at > began && at <= began + 1).length;
  bench.note('20 workers, then 10, then 20: share 30 round trips later', {
    ratio: after / (20 / roundTrip),
    bound: 0.85,
    atLeast: true,
  });
  bench.note('… refused', { ratio: refused, bound: 0.05 });
}

async function fourProcesses(bench) {
  const [rate, processes, calls] = [20, 4, 150];
  const path = await bench.sample(calls * recordsPerCall, 'ndjson');
  const server = await startServer({ rate, burst: rate });
  const runs = await Promise.all(
    Array.from({ length: processes }, (_, n) =>
      bench.miso(server, ['users', 'upload', path, '-q', '--state-dir', join(bench.scratch, `process-${n}`)]),
    ),
  );
  const { acceptedAt, refusedAt } = await server.stats();
  server.stop();
  const late = (times) => times.filter((at) => at > 5).length;
  const ends = runs.map(({ ms }) => ms);
  bench.note('four processes, 20 calls per second: share', {
    value: Math.max(...ends) / 1000,
    unit: 's',
    ratio: acceptedAt.length / (rate * acceptedAt.at(-1) + rate),
  });
  bench.note('… refused after five seconds', {
    ratio: late(refusedAt) / (late(refusedAt) + late(acceptedAt)),
    bound: 0.1,
  });
  bench.note('… the first to end, compared with the last', {
    ratio: Math.min(...ends) / Math.max(...ends),
    bound: 0.5,
    atLeast: true,
  });
}
