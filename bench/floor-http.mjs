import { readFileSync } from 'node:fs';
import { Pool } from 'undici';

/** The floor of an upload: a bare client that sends the same bodies, ready-made, eight at a time. */
const [url, path] = process.argv.slice(2);
const lines = readFileSync(path, 'latin1').trimEnd().split('\n');
const bodies = [];
for (let from = 0; from < lines.length; from += 100) {
  bodies.push(Buffer.from(`{"data":[${lines.slice(from, from + 100).join(',')}]}`, 'latin1'));
}
const pool = new Pool(url, { connections: 8 });
const headers = { 'content-type': 'application/json', 'x-api-key': 'bench' };
let next = 0;

async function work() {
  while (next < bodies.length) {
    const { body } = await pool.request({ method: 'POST', path: '/v1/users', body: bodies[next++], headers });
    await body.text();
  }
}

const began = performance.now();
await Promise.all(Array.from({ length: 8 }, work));
process.stdout.write(`${performance.now() - began}\n`);
await pool.close();
