import { setMaxListeners } from 'node:events';
import { homedir } from 'node:os';
import { runProgram } from './cli/run.ts';
import { systemClock } from './clock.ts';
import { createProgram } from './commands/program.ts';
import { exitCodes, StoppedError } from './errors.ts';
import { createOutput } from './report/output.ts';
import type { World } from './world.ts';

/** Milliseconds after the first signal in which requests in flight may finish. */
const graceMs = 10_000;
/** Milliseconds after the second signal in which the report is still written. */
const reportMs = 2000;

/**
 * The program: the one place that touches the process. Sets the exit code and lets the process end by itself.
 */
export async function main(version: string): Promise<void> {
  // A process that exits while a promise is pending has a bug and must not report success.
  const unfinished = () => {
    process.exitCode ??= exitCodes.bug;
  };
  process.once('exit', unfinished);
  const stop = listenForSignals();
  const world: World = {
    env: process.env,
    cwd: workingDirectory(),
    ...homeFolder(),
    stdin: process.stdin,
    stdout: createOutput(process.stdout, { name: 'Standard output', env: process.env }),
    stderr: createOutput(process.stderr, { name: 'Standard error', env: process.env }),
    clock: systemClock,
    stop,
    version,
  };
  let crashed = false;
  const crash = uncaught();
  crash.catch(() => {
    crashed = true;
  });
  process.exitCode = await runProgram(process.argv.slice(2), {
    program: createProgram(version),
    world,
    crash,
    reportFailure: async (invocation, error) => {
      const { reportFailedInvocation } = await import('./commands/report-failure.ts');
      return await reportFailedInvocation(invocation, error, world);
    },
  });
  process.off('exit', unfinished);
  // After an uncaught error, pending work is not waited for.
  if (crashed) process.exit();
  // An unread pipe would keep the process alive.
  process.stdin.destroy();
  if (stop.received !== undefined) setTimeout(endBy, reportMs, stop.received).unref();
}

/** Sends the signal to this process. `process.exit` would wait for a file that is being opened, for ever if it is a pipe. */
function endBy(signal: NodeJS.Signals): void {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}

/** Rejects with the first uncaught error, so that it is reported like any other. */
function uncaught(): Promise<never> {
  return new Promise((_, reject) => {
    process.on('uncaughtException', reject);
    process.on('unhandledRejection', reject);
  });
}

/** The first signal lets requests in flight finish; the second, or the end of the grace period, aborts them. */
function listenForSignals(): World['stop'] & { readonly received: NodeJS.Signals | undefined } {
  let received: NodeJS.Signals | undefined;
  const soft = new AbortController();
  const hard = new AbortController();
  setMaxListeners(0, soft.signal, hard.signal);
  const on = (signal: NodeJS.Signals, message: string, exitCode: number) => {
    process.on(signal, () => {
      const reason = new StoppedError(message, exitCode);
      received ??= signal;
      const cut = () => {
        hard.abort(reason);
        setTimeout(endBy, reportMs, signal).unref();
      };
      if (soft.signal.aborted) return cut();
      soft.abort(reason);
      setTimeout(cut, graceMs).unref();
    });
  };
  on('SIGINT', 'Interrupted.', exitCodes.interrupted);
  on('SIGTERM', 'Terminated.', exitCodes.terminated);
  on('SIGHUP', 'The terminal was closed.', exitCodes.terminated);
  return {
    soft: soft.signal,
    hard: hard.signal,
    get received() {
      return received;
    },
  };
}

/** The working directory may have been removed; the program runs anyway. */
function workingDirectory(): string {
  try {
    return process.cwd();
  } catch {
    return process.env['PWD'] ?? '/';
  }
}

function homeFolder(): { home?: string } {
  try {
    const home = process.env['HOME'] ?? homedir();
    return home === '' ? {} : { home };
  } catch {
    return {};
  }
}
