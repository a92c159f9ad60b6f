import { readFileSync } from 'node:fs';

/** The bodies of an upload of an NDJSON file, 100 records each, ready-made. */
export function readyBodies(path) {
  const lines = readFileSync(path, 'latin1').trimEnd().split('\n');
  const bodies = [];
  for (let from = 0; from < lines.length; from += 100) {
    bodies.push(Buffer.from(`{"data":[${lines.slice(from, from + 100).join(',')}]}`, 'latin1'));
  }
  return bodies;
}

/** Sends all bodies, eight at a time, and prints how many milliseconds that took. */
export async function sendAll(bodies, send) {
  let next = 0;
  async function work() {
    while (next < bodies.length) await send(bodies[next++]);
  }
  const began = performance.now();
  await Promise.all(Array.from({ length: 8 }, work));
  process.stdout.write(`${performance.now() - began}\n`);
}
