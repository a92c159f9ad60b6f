import { UsageError } from '../errors.ts';
import { escapeInvisible } from '../text.ts';

/** Something wrong with the settings, and the file, variable or flag in which it stands. */
export interface Problem {
  readonly place: string;
  /** What is wrong and what to do, without the place and without its full stop. */
  readonly message: string;
}

/** One error that names every problem, in the order given. */
export function usageErrorOf(problems: readonly Problem[]): UsageError {
  const lines = problems.map(({ place, message }) => escapeInvisible(`${place}: ${message}`));
  if (lines.length === 1) return new UsageError(lines[0]!);
  return new UsageError(
    `${lines.length} problems in the settings:\n${lines.map((line) => `  ${line}`).join('\n')}`,
  );
}
