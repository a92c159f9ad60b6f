import { type Command, CommanderError } from 'commander';
import { exitCodes } from '../errors.ts';
import type { World } from '../world.ts';
import type { Settle } from './program.ts';

/** Runs one command line and resolves with its exit code. Usage errors are printed here, with what to type instead. */
export async function runProgram(
  args: readonly string[],
  { stdout, stderr }: Pick<World, 'stdout' | 'stderr'>,
  create: (settle: Settle) => Command,
): Promise<number> {
  let exitCode: number = exitCodes.ok;
  const output: string[] = [];
  const errors: string[] = [];
  const program = create(async (done) => {
    exitCode = await done;
  });
  captureOutput(program, { output, errors, stdout, stderr });
  try {
    await program.parseAsync(args.length === 0 ? ['--help'] : args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    exitCode = error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  } finally {
    await stdout.write(output.join(''));
    await stderr.write(errors.join(''));
  }
  return exitCode;
}

/** Commander writes in passing; what it wrote is written when it is done, and waited for. */
function captureOutput(
  command: Command,
  to: { output: string[]; errors: string[] } & Pick<World, 'stdout' | 'stderr'>,
): void {
  command.configureOutput({
    writeOut: (text) => to.output.push(text),
    writeErr: (text) => to.errors.push(text),
    getOutHelpWidth: () => to.stdout.columns,
    getErrHelpWidth: () => to.stderr.columns,
    getOutHasColors: () => false,
    getErrHasColors: () => false,
  });
  for (const child of command.commands) captureOutput(child, to);
}
