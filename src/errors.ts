/**
 * Every error that ends a command, and the one table from error to exit code.
 * A rejected record is a value (`Rejection`), never one of these.
 */

interface MisoErrorOptions {
  /** What the user can do about it, as a sentence of its own. */
  readonly hint?: string | undefined;
  readonly cause?: unknown;
}

/** Base of all errors of the program: a stable code, a hint, and whether the same run may succeed later. */
export abstract class MisoError extends Error {
  abstract readonly code: string;
  /** What the user can do about it, as a sentence of its own. */
  readonly hint: string | undefined;
  /** Whether running the same command again later may succeed: for schedulers. */
  readonly retryable: boolean = false;

  constructor(message: string, options: MisoErrorOptions = {}) {
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

/** The server or the network failed after every retry, or in a way that no retry can fix. */
export class UnavailableError extends MisoError {
  readonly code = 'ERR_UNAVAILABLE';
  override readonly retryable: boolean;

  /** `retryable`: false for a failure that lasts, such as an untrusted certificate. Default: true. */
  constructor(message: string, options: MisoErrorOptions & { readonly retryable?: boolean } = {}) {
    super(message, options);
    this.retryable = options.retryable ?? true;
  }
}

/** A reply that Miso's documentation does not describe and that a retry cannot fix. */
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
    options: MisoErrorOptions = {},
  ) {
    super(message, options);
    this.place = place;
  }
}

/** An output file (rejects, journal, report, receipt) or stream cannot be written. */
export class OutputError extends MisoError {
  readonly code = 'ERR_OUTPUT';
}

/** The run was stopped: by a signal, or by a limit such as --max-rejects or --max-duration. */
export class StoppedError extends MisoError {
  readonly code = 'ERR_STOPPED';
  readonly exitCode: number;
  override readonly retryable: boolean;

  constructor(message: string, exitCode: number, options: { hint?: string | undefined } = {}) {
    super(message, options);
    this.exitCode = exitCode;
    this.retryable = retryableCodes.has(exitCode);
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

const retryableCodes: ReadonlySet<number> = new Set([
  exitCodes.unavailable,
  exitCodes.interrupted,
  exitCodes.terminated,
]);

const exitCodeByErrorCode: Readonly<Record<string, number>> = {
  ERR_USAGE: exitCodes.usage,
  ERR_ACCESS: exitCodes.access,
  ERR_UNAVAILABLE: exitCodes.unavailable,
  ERR_PROTOCOL: exitCodes.unavailable,
  ERR_INPUT: exitCodes.input,
  ERR_OUTPUT: exitCodes.partial,
};

/** The exit code for anything that was thrown. An error that is not a MisoError is a bug. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof StoppedError) return error.exitCode;
  if (error instanceof MisoError) return exitCodeByErrorCode[error.code] ?? exitCodes.bug;
  return exitCodes.bug;
}

/** An error as summaries and reports hold it. */
export interface ErrorSummary {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  /** Whether the same command may succeed later. */
  readonly retryable: boolean;
}

export function summaryOfError(error: unknown): ErrorSummary {
  if (!(error instanceof MisoError)) {
    const message = error instanceof Error ? error.message : String(error);
    return { code: 'ERR_BUG', message, retryable: false };
  }
  const { code, message, hint, retryable } = error;
  return { code, message, ...(hint === undefined ? {} : { hint }), retryable };
}
