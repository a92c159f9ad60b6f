import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream';

/** Runs a command: milliseconds, peak memory in bytes, output. `stdin`: a file to feed it through a pipe. */
export async function time(command, args, { env, cwd, expected = 0, stdin } = {}) {
  const began = performance.now();
  const child = spawn(command, args, {
    env,
    cwd,
    stdio: [stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  if (stdin !== undefined) pipeline(createReadStream(stdin), child.stdin, () => {});
  const peak = watchMemory(child.pid);
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  const ms = performance.now() - began;
  if (child.exitCode !== expected)
    throw new Error(`${command} ${args.join(' ')} ended with ${child.exitCode}: ${err}`);
  return { ms, bytes: await peak, out };
}

async function text(stream) {
  let all = '';
  for await (const chunk of stream) all += chunk;
  return all;
}

/** The system keeps the peak of a process in its status, as long as the process is there. */
async function watchMemory(pid) {
  let peak = 0;
  for (;;) {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    const kilobytes = /VmHWM:\s+(\d+)/.exec(status)?.[1];
    if (kilobytes === undefined) return peak;
    peak = Number(kilobytes) * 1024;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Runs several things in turn, over and over, and gives the least of each: what the machine does meanwhile only adds. */
export async function least(rounds, measures) {
  const best = measures.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < rounds; round++) {
    for (const [n, measure] of measures.entries()) best[n] = Math.min(best[n], await measure());
  }
  return best;
}

/** A server in a process of its own. */
export async function startServer(...args) {
  const child = spawn(process.execPath, ['bench/server.mjs', ...args.map(String)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [port] = await once(createInterface(child.stdout), 'line');
  const url = `http://127.0.0.1:${port}`;
  return { url, stats: async () => (await fetch(`${url}/stats`)).json(), stop: () => child.kill() };
}
