import { UsageError } from '../errors.ts';
import { escapeInvisible } from '../text.ts';

/** A problem with a setting, and the file, variable or flag that contains it. */
export interface Problem {
  readonly place: string;
  /** What is wrong and what to do: a sentence without the period. */
  readonly message: string;
}

/** Max problems that an error lists. */
export const maxShown = 20;

/** One error for all problems, in the given order. */
export function usageErrorOf(problems: readonly Problem[]): UsageError {
  const lines = problems.map(({ place, message }) => escapeInvisible(`${place}: ${message}`));
  if (lines.length === 1) return new UsageError(lines[0]!);
  const shown = lines.slice(0, maxShown).map((line) => `\n  ${line}`);
  const more = lines.length > maxShown ? `\n  … and ${lines.length - maxShown} more` : '';
  return new UsageError(`${lines.length} problems in the settings:${shown.join('')}${more}`);
}
