import { type ErrorSummary, MisoError, summaryOfError } from '../../errors.ts';
import { escapeLines } from '../../text.ts';
import { withAdvice } from './advice.ts';
import type { Style } from './style.ts';

/** An error as it is told to the user: what happened, where, and what to do. */
export function errorText(error: unknown, style: Style): string {
  if (!(error instanceof MisoError)) return bugText(error, style);
  const { hint } = withAdvice(summaryOfError(error));
  const text = `${style.red('error')} ${escapeLines(error.message)}\n`;
  return hint === undefined ? text : `${text}${style.dim(`  ${escapeLines(hint)}`)}\n`;
}

/** An error of a summary on one line. */
export function errorLine({ message, hint }: ErrorSummary): string {
  return hint === undefined ? message : `${message} ${hint}`;
}

function bugText(error: unknown, style: Style): string {
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `${style.red('error')} This is a bug in miso, not your fault. Please report it with the lines below.\n${style.dim(escapeLines(what))}\n`;
}
