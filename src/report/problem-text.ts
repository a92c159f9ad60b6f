import { InputError, MisoError } from '../errors.ts';
import { escapeLines } from './escape.ts';
import type { Style } from './style.ts';

/** An error as it is told to the user: what happened, where, and what to do. */
export function problemText(error: unknown, style: Style): string {
  if (!(error instanceof MisoError)) return bugText(error, style);
  const place = error instanceof InputError ? placeOf(error) : '';
  const text = `${style.red('error')} ${place}${escapeLines(error.message)}`;
  return error.hint === undefined ? `${text}\n` : `${text}\n${style.dim(`  ${escapeLines(error.hint)}`)}\n`;
}

function placeOf({ place }: InputError): string {
  return `${escapeLines(place.file)}${place.line === undefined ? '' : `, line ${place.line}`}: `;
}

function bugText(error: unknown, style: Style): string {
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `${style.red('error')} This is a bug in miso, not your fault. Please report it with the lines below.\n${style.dim(escapeLines(what))}\n`;
}
