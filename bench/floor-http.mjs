import { Pool } from 'undici';
import { readyBodies, sendAll } from './ready-bodies.mjs';

/** The floor of an upload: a bare client that sends the same bodies. */
const [url, path] = process.argv.slice(2);
const pool = new Pool(url, { connections: 8 });
const headers = { 'content-type': 'application/json', 'x-api-key': 'bench' };
await sendAll(readyBodies(path), async (body) => {
  const answer = await pool.request({ method: 'POST', path: '/v1/users', body, headers });
  await answer.body.text();
});
await pool.close();
