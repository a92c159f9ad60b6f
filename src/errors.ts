/**
 * Every way in which a command can end other than well, and the one table from error to exit code.
 * A rejected record is a value (`Rejection`), never one of these.
 */

/** What every error of the program carries: a stable code, and what to do next where that is known. */
export abstract class MisoError extends Error {
  abstract readonly code: string;
  /** What the user can do about it, as a sentence of its own. */
  readonly hint: string | undefined;

  constructor(message: string, options: { hint?: string | undefined; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.hint = options.hint;
  }
}

/** Wrong usage or settings: nothing was sent. */
export class UsageError extends MisoError {
  readonly code = 'ERR_USAGE';
}

/** Miso refused the key: 401 or 403. */
export class AccessError extends MisoError {
  readonly code = 'ERR_ACCESS';
}

/** The server or the network gave up after every retry. */
export class UnavailableError extends MisoError {
  readonly code = 'ERR_UNAVAILABLE';
}

/** Miso answered with something that the contract does not know and that a retry cannot mend. */
export class ProtocolError extends MisoError {
  readonly code = 'ERR_PROTOCOL';
}

/** The input cannot be read any further; what came before it is good. The message names the place, too. */
export class InputError extends MisoError {
  readonly code = 'ERR_INPUT';
  /** The file, and the line on which the fault begins. */
  readonly place: { readonly file: string; readonly line?: number };

  constructor(
    message: string,
    place: { readonly file: string; readonly line?: number },
    options: { hint?: string | undefined; cause?: unknown } = {},
  ) {
    super(message, options);
    this.place = place;
  }
}

/** A file of ours (rejects, journal, report, output) cannot be written. */
export class OutputError extends MisoError {
  readonly code = 'ERR_OUTPUT';
}

/** A signal, or the end of a run that a limit such as --max-rejects asked for. */
export class StoppedError extends MisoError {
  readonly code = 'ERR_STOPPED';
  readonly exitCode: number;

  constructor(message: string, exitCode: number, options: { hint?: string | undefined } = {}) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/** Exit codes as documented in docs/errors.md. */
export const exitCodes = {
  ok: 0,
  partial: 1,
  usage: 2,
  access: 3,
  unavailable: 4,
  input: 5,
  bug: 70,
  interrupted: 130,
  terminated: 143,
} as const;

const byCode: Readonly<Record<string, number>> = {
  ERR_USAGE: exitCodes.usage,
  ERR_ACCESS: exitCodes.access,
  ERR_UNAVAILABLE: exitCodes.unavailable,
  ERR_PROTOCOL: exitCodes.unavailable,
  ERR_INPUT: exitCodes.input,
  ERR_OUTPUT: exitCodes.partial,
};

/** The exit code for whatever was thrown; anything that is not ours is a bug. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof StoppedError) return error.exitCode;
  if (error instanceof MisoError) return byCode[error.code] ?? exitCodes.bug;
  return exitCodes.bug;
}

/** An error as summaries and reports hold it. */
export interface ErrorSummary {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

export function summaryOfError(error: unknown): ErrorSummary {
  if (!(error instanceof MisoError))
    return { code: 'ERR_BUG', message: error instanceof Error ? error.message : String(error) };
  return {
    code: error.code,
    message: error.message,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  };
}
