import { Agent } from 'node:http';
import got from 'got';
import { readyBodies, sendAll } from './ready-bodies.mjs';

/** What got alone takes for the same bodies, with nothing of this program around it. */
const [url, path] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: 8 });
const client = got.extend({
  agent: { http: agent },
  headers: { 'content-type': 'application/json', 'x-api-key': 'bench' },
  retry: { limit: 0 },
});
await sendAll(readyBodies(path), (body) => client.post(`${url}/v1/users`, { body }));
agent.destroy();
