import { CommanderError } from 'commander';
import type { Actions, Settle } from '../commands/actions.ts';
import { exitCodes, UsageError } from '../errors.ts';
import type { World } from '../world.ts';
import { invocationOf } from './invocation.ts';
import type { MisoCommand } from './miso-command.ts';
import { welcome } from './welcome.ts';

/** The streams that a command line is answered on, and word of a fault that nobody caught. */
export interface RunDeps extends Pick<World, 'stdout' | 'stderr' | 'version'> {
  readonly actions: Actions;
  /** The command tree; `settle` takes the exit code of the command that is run. */
  readonly createProgram: (
    actions: Actions,
    options: { readonly version: string; readonly settle: Settle },
  ) => MisoCommand;
  /** Rejects with what was thrown where nobody could catch it. */
  readonly crash: Promise<never>;
}

/** Runs one command line and resolves with its exit code. Whatever goes wrong is told by `actions.refuse`. */
export async function runProgram(args: readonly string[], deps: RunDeps): Promise<number> {
  const { actions, stdout, version, createProgram } = deps;
  let exitCode: number = exitCodes.ok;
  const settle = async (done: Promise<number>) => {
    exitCode = await done;
  };
  const program = createProgram(actions, { version, settle });
  const said = captureOutput(program, deps);
  try {
    if (args.length === 0) await stdout.write(welcome(stdout.columns));
    else await Promise.race([program.parseAsync(args, { from: 'user' }), deps.crash]);
    await stdout.write(said.out.join(''));
    return exitCode;
  } catch (error) {
    return await failed(error, { args, program, said, deps });
  }
}

interface Scene {
  readonly args: readonly string[];
  readonly program: MisoCommand;
  readonly said: Said;
  readonly deps: RunDeps;
}

async function failed(error: unknown, { args, program, said, deps }: Scene): Promise<number> {
  const refuse = (problem: unknown) =>
    deps.actions.refuse({ ...invocationOf(program, args), error: problem });
  if (!(error instanceof CommanderError)) return await refuse(error);
  if (error.exitCode !== 0) return await refuse(usageError(error, invocationOf(program, args).command));
  try {
    await deps.stdout.write(said.out.join(''));
    return exitCodes.ok;
  } catch (problem) {
    return await refuse(problem);
  }
}

/** Commander's own words, as one of our errors. */
function usageError({ code, message }: CommanderError, command: string): UsageError {
  const help = `\`${command === 'miso' ? 'miso' : `miso ${command}`} --help\` shows what there is.`;
  if (code === 'commander.help') return new UsageError('A command is missing.', { hint: help });
  const [what = '', suggestion] = message.replace(/^error: /, '').split(/\n\(?/);
  const said = `${what.charAt(0).toUpperCase()}${what.slice(1)}`.replace(/\.?$/, '.');
  const near = suggestion?.replace(/\)$/, '');
  return new UsageError(said, { hint: near === undefined ? help : `${near} ${help}` });
}

/** What commander said in passing, to be written when it is done. */
interface Said {
  readonly out: string[];
}

/** Commander's errors are told by us, in our words. */
function captureOutput(program: MisoCommand, { stdout, stderr }: Pick<World, 'stdout' | 'stderr'>): Said {
  const out: string[] = [];
  const configure = (command: MisoCommand) => {
    command.configureOutput({
      writeOut: (text) => out.push(text),
      writeErr: () => {},
      getOutHelpWidth: () => stdout.columns,
      getErrHelpWidth: () => stderr.columns,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
    for (const child of command.commands) configure(child as MisoCommand);
  };
  configure(program);
  return { out };
}
