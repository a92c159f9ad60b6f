import { setMaxListeners } from 'node:events';
import { homedir } from 'node:os';
import type { StopSignals } from './api/call.ts';
import { runProgram } from './cli/run.ts';
import { systemClock } from './clock.ts';
import { createProgram } from './commands/program.ts';
import { exitCodes, StoppedError } from './errors.ts';
import { apiKeysIn, SecretRegistry } from './redact.ts';
import { createOutput } from './report/output.ts';
import type { ReadAsset, World } from './world.ts';

/** Milliseconds after the first signal in which requests in flight may finish. */
const graceMs = 10_000;
/** Milliseconds after the second signal in which the report is still written. */
const reportMs = 2000;

/**
 * The program: the one place that touches the process. Sets the exit code and lets the process end by itself.
 */
export async function main(version: string, readAsset: ReadAsset): Promise<void> {
  // A process that exits while a promise is pending has a bug and must not report success.
  const unfinished = () => {
    process.exitCode ??= exitCodes.bug;
  };
  process.once('exit', unfinished);
  const secrets = new SecretRegistry();
  for (const key of apiKeysIn(process.env, process.argv.slice(2))) secrets.add(key);
  redactStderr(secrets);
  const stop = listenForSignals();
  let runId: string | undefined;
  let stdin: typeof process.stdin | undefined;
  const world: World = {
    env: process.env,
    cwd: workingDirectory(),
    ...homeFolder(),
    // Opened when it is read, because that takes as long as parsing the command line.
    get stdin() {
      stdin ??= process.stdin;
      return stdin;
    },
    stdout: createOutput(process.stdout, { name: 'Standard output', env: process.env }),
    stderr: createOutput(process.stderr, { name: 'Standard error', env: process.env }),
    clock: systemClock,
    stop,
    stopAfter: stop.after,
    secrets,
    version,
    readAsset,
    platform: `Node ${process.versions.node}, ${process.platform} ${process.arch}`,
    // Loaded when a report is written, because it takes a tenth of the start.
    get runId() {
      runId ??= process.getBuiltinModule('node:crypto').randomUUID();
      return runId;
    },
  };
  let crashed = false;
  const crash = uncaught(stop.abort);
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
  stdin?.destroy();
  if (stop.received !== undefined) setTimeout(endBy, reportMs, ...stop.received).unref();
}

/**
 * Sends the signal to this process. `process.exit` would wait for a file that is being opened, for ever if it
 * is a pipe. On Windows a signal would end the process with exit code 1, or not at all.
 */
function endBy(signal: NodeJS.Signals, exitCode: number): void {
  if (process.platform === 'win32') process.exit(exitCode);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}

/**
 * The first uncaught error stops the command, which reports it together with what was done so far. Rejects
 * with the error if the command does not end.
 */
function uncaught(abort: (reason: unknown) => void): Promise<never> {
  return new Promise((_, reject) => {
    const onError = (error: unknown) => {
      abort(error);
      setTimeout(reject, reportMs, error);
    };
    process.on('uncaughtException', onError);
    process.on('unhandledRejection', onError);
  });
}

/**
 * Everything on stderr is redacted: messages, and what Node prints under NODE_DEBUG, which holds the headers
 * of requests.
 */
function redactStderr({ redact }: SecretRegistry): void {
  const write = process.stderr.write.bind(process.stderr) as (chunk: unknown, ...rest: unknown[]) => boolean;
  process.stderr.write = (chunk: unknown, ...rest: unknown[]) =>
    write(typeof chunk === 'string' ? redact(chunk) : chunk, ...rest);
}

interface ProcessStop extends StopSignals {
  /** The first signal, and its exit code. */
  readonly received: readonly [NodeJS.Signals, number] | undefined;
  readonly after: World['stopAfter'];
  /** Stops everything immediately. */
  readonly abort: (reason: unknown) => void;
}

/**
 * The first signal lets requests in flight finish; the second, or the end of the grace period, aborts them.
 */
function listenForSignals(): ProcessStop {
  let received: readonly [NodeJS.Signals, number] | undefined;
  const soft = new AbortController();
  const hard = new AbortController();
  setMaxListeners(0, soft.signal, hard.signal);
  const on = (signal: NodeJS.Signals, message: string, exitCode: number) => {
    process.on(signal, () => {
      const reason = new StoppedError(message, exitCode);
      received ??= [signal, exitCode];
      const cut = () => {
        hard.abort(reason);
        setTimeout(endBy, reportMs, signal, exitCode).unref();
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
    abort: (reason) => {
      soft.abort(reason);
      hard.abort(reason);
    },
    after: (ms, reason) => {
      const stop = () => {
        soft.abort(reason);
        setTimeout(() => hard.abort(reason), graceMs).unref();
      };
      setTimeout(stop, ms).unref();
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
