import { type ErrorSummary, MisoError, summaryOfError } from '../../errors.ts';
import { escapeLines } from '../../text.ts';
import { withAdvice } from './advice.ts';
import type { Style } from './style.ts';

/** An error as text: what happened, where, and what to do about it. */
export function errorText(error: unknown, style: Style): string {
  if (!(error instanceof MisoError)) return bugText(error, style);
  const { hint } = withAdvice(summaryOfError(error));
  const text = `${style.red('error:')} ${escapeLines(error.message)}\n`;
  return hint === undefined ? text : `${text}${hintText(hint, style)}\n`;
}

/** What to do about an error or a rejection. */
export function hintText(hint: string, style: Style): string {
  return `${style.cyan('hint:')} ${escapeLines(hint)}`;
}

/** A possible problem that does not stop the command. */
export function warningLine(text: string, style: Style): string {
  return `${style.yellow('warning:')} ${escapeLines(text)}`;
}

/** An error of a summary on one line. */
export function errorLine({ message, hint }: ErrorSummary): string {
  return hint === undefined ? message : `${message} ${hint}`;
}

function bugText(error: unknown, style: Style): string {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `${style.red('error:')} This is a bug in miso. Please report it with these lines:\n${style.dim(escapeLines(stack))}\n`;
}
