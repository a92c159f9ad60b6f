import { CommanderError } from 'commander';
import { exitCodes, UsageError } from '../errors.ts';
import { looksSecret } from '../redact.ts';
import type { World } from '../world.ts';
import { type Invocation, invocationOf } from './invocation.ts';
import type { MisoCommand } from './miso-command.ts';
import { normalizeArguments } from './spellings.ts';
import { welcome } from './welcome.ts';

export interface RunDeps {
  readonly program: MisoCommand;
  readonly world: World;
  /** Rejects with the first uncaught error of the process. */
  readonly crash: Promise<never>;
  /** Reports an error that ended the command line. Resolves with the exit code. */
  readonly reportFailure: (invocation: Invocation, error: unknown) => Promise<number>;
}

/** Runs one command line and resolves with its exit code. Errors, usage errors included, go to `reportFailure`. */
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
  if (error.exitCode !== 0) return await reportFailure(invocation, usageError(error, invocation.command));
  // Commander also throws after it has printed help or the version.
  try {
    await world.stdout.write(help.join(''));
    return exitCodes.ok;
  } catch (outputError) {
    return await reportFailure(invocation, outputError);
  }
}

/** Commander's message as one of our errors. Values in it may be a key that was typed in the wrong place. */
function usageError({ code, message }: CommanderError, command: string): UsageError {
  const help = `See \`${command === 'miso' ? 'miso' : `miso ${command}`} --help\` for more information.`;
  if (code === 'commander.help') return new UsageError('Specify a command.', { hint: help });
  const [first = '', second] = maskValues(message.replace(/^error: /, '')).split(/\n\(?/);
  const sentence = `${first.charAt(0).toUpperCase()}${first.slice(1)}`.replace(/\.?$/, '.');
  const suggestion = second?.replace(/\)$/, '');
  return new UsageError(sentence, { hint: suggestion === undefined ? help : `${suggestion} ${help}` });
}

/** Leaves the name of an unknown option, and of an argument only what does not look like a secret. */
function maskValues(message: string): string {
  return message
    .replace(/^unknown option '(--[^=]*)=.*'/s, "unknown option '$1'")
    .replace(/^unknown option '(-[^-])[^-].*'/s, "unknown option '$1…'")
    .replace(
      /^(unknown command|.*argument|.*value) '(.*)'(?=$|\n| is invalid)/,
      (whole, what: string, value: string) => (looksSecret(value) ? `${what} '***'` : whole),
    );
}

/** Collects what commander prints to stdout; its error messages are dropped, because `usageError` words them. */
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
