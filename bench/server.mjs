import { createServer } from 'node:http';

/**
 * A Miso that does next to nothing, in a process of its own: it reads what comes and says that all is well.
 * `latency`: milliseconds before each answer. `rate`: calls a second; more are answered by 429 with Retry-After.
 */
const [latency = 0, rate = 0] = process.argv.slice(2).map(Number);
const success = Buffer.from('{"message":"success","data":{"task_id":"t"}}');
const slowDown = Buffer.from('{"message":"slow down"}');
let tokens = rate;
let refilledAt = performance.now();
let accepted = 0;
let firstAt = 0;
let lastAt = 0;

function allowed() {
  if (rate === 0) return true;
  const now = performance.now();
  tokens = Math.min(rate, tokens + ((now - refilledAt) / 1000) * rate);
  refilledAt = now;
  if (tokens < 1) return false;
  tokens--;
  return true;
}

function answer(request, response) {
  if (request.url === '/stats')
    return send(response, 200, Buffer.from(JSON.stringify({ accepted, ms: lastAt - firstAt })));
  if (!allowed()) {
    response.setHeader('retry-after', '1');
    return send(response, 429, slowDown);
  }
  accepted++;
  lastAt = performance.now();
  firstAt ||= lastAt;
  const body = request.method === 'GET' ? userOf(request.url) : success;
  send(response, 200, body);
}

function userOf(url) {
  const id = decodeURIComponent(url.slice(url.lastIndexOf('/') + 1));
  return Buffer.from(
    JSON.stringify({ message: 'success', data: { user_id: id, name: 'Somebody', age: 42 } }),
  );
}

function send(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': body.length });
  response.end(body);
}

const server = createServer((request, response) => {
  request.resume();
  request.on('end', () =>
    latency > 0 ? setTimeout(answer, latency, request, response) : answer(request, response),
  );
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));
