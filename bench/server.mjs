import { createServer } from 'node:http';

/**
 * A Miso that stores nothing, in its own process. It reads each request and reports success, within the limits that its
 * only argument sets, a JSON object:
 *
 * - `latency`: milliseconds before each answer (default 0)
 * - `workers`: max calls processed at a time (default: no limit), each for `ms` and `msPerRecord`, and `queue`: max calls
 *   that wait; more are answered with 503
 * - `halved`: [from, to], seconds after the first call between which only half of the workers run
 * - `rate`: calls per second in a bucket of `burst` calls, or `window`: seconds in which `rate * window` calls are allowed;
 *   more are answered with 429, with Retry-After unless `retryAfter` is false
 *
 * `GET /stats` returns its counts: see `stats`.
 */
const spec = JSON.parse(process.argv[2] ?? '{}');
const { latency = 0, workers = Number.POSITIVE_INFINITY, queue = Number.POSITIVE_INFINITY, halved } = spec;
const success = Buffer.from('{"message":"success","data":{"task_id":"t"}}');

let firstAt;
/** When each call was accepted, and when it was answered, in seconds after the first call. */
const acceptedAt = [];
const answeredAt = [];
/** When each call was refused. */
const refusedAt = [];
/** The sum of the queue lengths that each accepted call found. */
let waitingSum = 0;

const allowed = spec.rate === undefined ? () => true : spec.window === undefined ? bucket() : fixedWindow();

/** Since the first call. */
function seconds() {
  firstAt ??= performance.now();
  return (performance.now() - firstAt) / 1000;
}

function bucket() {
  const { rate, burst } = spec;
  let tokens = burst;
  let filledAt = 0;
  return () => {
    const now = seconds();
    tokens = Math.min(burst, tokens + (now - filledAt) * rate);
    filledAt = now;
    if (tokens < 1) return false;
    tokens--;
    return true;
  };
}

function fixedWindow() {
  const { rate, window } = spec;
  let current = -1;
  let used = 0;
  return () => {
    const index = Math.floor(seconds() / window);
    if (index !== current) used = 0;
    current = index;
    return ++used <= rate * window;
  };
}

const waiting = [];
let busy = 0;

function availableWorkers() {
  const now = seconds();
  return halved && now >= halved[0] && now < halved[1] ? workers / 2 : workers;
}

function work() {
  while (busy < availableWorkers() && waiting.length > 0) {
    const { records, done } = waiting.shift();
    busy++;
    setTimeout(
      () => {
        busy--;
        done();
        work();
      },
      (spec.ms ?? 0) + (spec.msPerRecord ?? 0) * records,
    );
  }
}

function take(request, response, records) {
  if (!allowed()) return refuse(response, 429, spec.retryAfter === false ? {} : { 'retry-after': '1' });
  if (busy >= availableWorkers() && waiting.length >= queue) return refuse(response, 503, {});
  acceptedAt.push(seconds());
  waitingSum += waiting.length;
  const done = () => {
    answeredAt.push(seconds());
    send(response, 200, request.method === 'GET' ? userOf(request.url) : success);
  };
  if (workers === Number.POSITIVE_INFINITY) return done();
  waiting.push({ records, done });
  work();
}

function refuse(response, status, headers) {
  refusedAt.push(seconds());
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  send(response, status, Buffer.from('{"message":"later"}'));
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

function stats() {
  return { acceptedAt, answeredAt, refusedAt, meanWaiting: waitingSum / Math.max(1, acceptedAt.length) };
}

const server = createServer((request, response) => {
  if (request.url === '/stats') return send(response, 200, Buffer.from(JSON.stringify(stats())));
  seconds();
  let records = 0;
  if (spec.msPerRecord === undefined) request.resume();
  else {
    request.setEncoding('latin1');
    request.on('data', (text) => {
      records += text.split('"user_id"').length - 1;
    });
  }
  const answer = () => take(request, response, records);
  request.on('end', () => (latency > 0 ? setTimeout(answer, latency) : answer()));
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));
