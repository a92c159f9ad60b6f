import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream';

/**
 * Runs a command: milliseconds, CPU seconds, peak memory in bytes, output. `stdin`: a file to feed it through a pipe.
 */
export async function time(command, args, { env, cwd, expected = 0, stdin } = {}) {
  const began = performance.now();
  const child = spawn(command, args, {
    env,
    cwd,
    stdio: [stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  if (stdin !== undefined) pipeline(createReadStream(stdin), child.stdin, () => {});
  const usage = watch(child.pid);
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  const ms = performance.now() - began;
  if (child.exitCode !== expected)
    throw new Error(`${command} ${args.join(' ')} ended with ${child.exitCode}: ${err}`);
  return { ms, ...(await usage), out };
}

async function text(stream) {
  let all = '';
  for await (const chunk of stream) all += chunk;
  return all;
}

/** Linux counts CPU time in hundredths of a second. */
const ticksPerSecond = 100;

/** The memory and CPU time of a process, from Linux, until it ends. Its last 10 ms may be missed. */
async function watch(pid) {
  let bytes = 0;
  let cpu = 0;
  for (;;) {
    const [status, stat] = await Promise.all(
      ['status', 'stat'].map((name) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '')),
    );
    const kilobytes = /VmHWM:\s+(\d+)/.exec(status)?.[1];
    if (kilobytes === undefined) return { bytes, cpu };
    bytes = Number(kilobytes) * 1024;
    // The 12th and 13th fields after the name of the program, which may contain spaces, are user and system time.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields.length > 13) cpu = (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/**
 * Runs each measurement once per round, in turn. Returns the minimum of each of its numbers, because other work on the
 * machine only adds to them.
 */
export async function least(rounds, measures) {
  const best = measures.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [n, measure] of measures.entries())
      best[n] = (await measure()).map((value, i) => Math.min(value, best[n][i] ?? value));
  }
  return best;
}

/** A server in a process of its own, with the limits that server.mjs describes. */
export async function startServer(spec = {}) {
  const child = spawn(process.execPath, ['bench/server.mjs', JSON.stringify(spec)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [port] = await once(createInterface(child.stdout), 'line');
  const url = `http://127.0.0.1:${port}`;
  return { url, stats: async () => (await fetch(`${url}/stats`)).json(), stop: () => child.kill() };
}
