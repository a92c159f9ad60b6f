import { CommanderError } from 'commander';
import { exitCodes } from '../errors.ts';
import type { World } from '../world.ts';
import { type Invocation, invocationOf } from './invocation.ts';
import type { MisoCommand } from './miso-command.ts';
import { normalizeArguments } from './spellings.ts';
import { usageErrorOf } from './usage-error.ts';
import { welcome } from './welcome.ts';

export interface RunDeps {
  readonly program: MisoCommand;
  readonly world: World;
  /** Rejects with the first uncaught error of the process. */
  readonly crash: Promise<never>;
  /** Reports an error that ended the command line. Resolves with the exit code. */
  readonly reportFailure: (invocation: Invocation, error: unknown) => Promise<number>;
}

/**
 * Runs one command line and resolves with its exit code. Errors, usage errors included, go to
 * `reportFailure`.
 */
export async function runProgram(args: readonly string[], deps: RunDeps): Promise<number> {
  const { program, world, crash } = deps;
  const help = captureHelp(program, world);
  try {
    if (args.length === 0) await world.stdout.write(welcome(world.stdout.columns));
    const exitCode =
      args.length === 0
        ? exitCodes.ok
        : await Promise.race([program.execute(normalizeArguments(program, args), world), crash]);
    await world.stdout.write(help.join(''));
    return exitCode;
  } catch (error) {
    return await afterError(error, { args, help, deps });
  }
}

async function afterError(
  error: unknown,
  { args, help, deps }: { args: readonly string[]; help: readonly string[]; deps: RunDeps },
): Promise<number> {
  const { program, world, reportFailure } = deps;
  const invocation = invocationOf(program, args);
  if (!(error instanceof CommanderError)) return await reportFailure(invocation, error);
  const group = error.code === 'commander.help' ? bareGroup(program, args) : undefined;
  if (error.exitCode !== 0 && !group)
    return await reportFailure(invocation, usageErrorOf(error, invocation.command, program));
  // Commander also throws after it has printed help or the version.
  try {
    group?.outputHelp();
    await world.stdout.write(help.join(''));
    return exitCodes.ok;
  } catch (outputError) {
    return await reportFailure(invocation, outputError);
  }
}

/** The command to print help for when a command group such as `miso users` is run without a subcommand. */
function bareGroup(program: MisoCommand, args: readonly string[]): MisoCommand | undefined {
  return args.every((arg) => !arg.startsWith('-')) ? program.find(...args) : undefined;
}

/**
 * Collects what commander prints to stdout. Its error messages are dropped, because `usageErrorOf` rewords
 * them.
 */
function captureHelp(program: MisoCommand, { stdout, stderr }: Pick<World, 'stdout' | 'stderr'>): string[] {
  const help: string[] = [];
  const configure = (command: MisoCommand) => {
    command.configureOutput({
      writeOut: (text) => help.push(text),
      writeErr: () => {},
      getOutHelpWidth: () => stdout.columns,
      getErrHelpWidth: () => stderr.columns,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
    for (const child of command.commands) configure(child as MisoCommand);
  };
  configure(program);
  return help;
}
