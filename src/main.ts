import { setMaxListeners } from 'node:events';
import { homedir } from 'node:os';
import { systemClock } from './api/system-clock.ts';
import type { Actions } from './cli/actions.ts';
import { createProgram } from './cli/program.ts';
import { runProgram } from './cli/run.ts';
import { exitCodeOf, exitCodes, StoppedError } from './errors.ts';
import { createOutput } from './report/output.ts';
import type { World } from './world.ts';

/** Milliseconds after the second signal in which the report is still written. */
const lastWordsMs = 2000;

/** The program: the one place that touches the process. Sets the exit code and lets the process end by itself. */
export async function main(version: string): Promise<void> {
  const stop = listenForSignals();
  const world: World = {
    env: process.env,
    cwd: process.cwd(),
    ...homeFolder(),
    stdin: process.stdin,
    stdout: createOutput(process.stdout, 'Standard output'),
    stderr: createOutput(process.stderr, 'Standard error'),
    clock: systemClock,
    stop,
    version,
  };
  process.exitCode = await run(process.argv.slice(2), world);
  // A pipe that was not read to its end would keep the process alive.
  process.stdin.destroy();
}

async function run(args: readonly string[], world: World): Promise<number> {
  try {
    return await runProgram(args, world, (settle) =>
      createProgram(actionsFor(world), { version: world.version, settle }),
    );
  } catch (error) {
    const { createStyle } = await import('./report/style.ts');
    const { problemText } = await import('./report/problem-text.ts');
    const style = createStyle({ flag: undefined, env: world.env, isTTY: world.stderr.isTTY });
    await world.stderr.write(problemText(error, style)).catch(() => {});
    return exitCodeOf(error);
  }
}

/** Each command is loaded when it is run, and nothing of the others. */
function actionsFor(world: World): Actions {
  return {
    upload: async (args) => (await import('./actions/upload.ts')).upload(args, world),
    validate: async (args) => (await import('./actions/upload.ts')).validate(args, world),
    read: async (args) => (await import('./actions/read.ts')).read(args, world),
    delete: async (args) => (await import('./actions/delete.ts')).deleteUsers(args, world),
    ids: async (args) => (await import('./actions/ids.ts')).ids(args, world),
    status: async (args) => (await import('./actions/status.ts')).status(args, world),
    config: async (args) => (await import('./actions/config.ts')).config(args, world),
    sandbox: async (args) => (await import('./actions/sandbox.ts')).sandbox(args, world),
  };
}

/** The first signal lets what is in flight finish, the second cuts it off. */
function listenForSignals(): World['stop'] {
  const soft = new AbortController();
  const hard = new AbortController();
  setMaxListeners(0, soft.signal, hard.signal);
  const on = (signal: NodeJS.Signals, message: string, exitCode: number) => {
    process.on(signal, () => {
      const reason = new StoppedError(message, exitCode);
      if (!soft.signal.aborted) return soft.abort(reason);
      hard.abort(reason);
      setTimeout(() => process.exit(exitCode), lastWordsMs).unref();
    });
  };
  on('SIGINT', 'Interrupted.', exitCodes.interrupted);
  on('SIGTERM', 'Terminated.', exitCodes.terminated);
  on('SIGHUP', 'The terminal was closed.', exitCodes.terminated);
  return { soft: soft.signal, hard: hard.signal };
}

function homeFolder(): { home?: string } {
  try {
    const home = process.env['HOME'] ?? homedir();
    return home === '' ? {} : { home };
  } catch {
    return {};
  }
}
