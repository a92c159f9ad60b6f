import type { Readable } from 'node:stream';
import type { StopSignals } from './api/call.ts';
import type { Clock } from './clock.ts';
import type { SecretRegistry } from './redact.ts';

/** One of the two output streams. */
export interface Output {
  /**
   * Resolves when all text is written. Rejects with OutputError; a closed pipe is not an error. Where
   * commands are obeyed, the text cannot contain any.
   */
  write(text: string): Promise<void>;
  /** Writes commands for the runner of a GitHub workflow. */
  writeCommands(text: string): Promise<void>;
  /** Whether the output goes to a runner that obeys commands in it. */
  readonly obeysCommands: boolean;
  readonly isTTY: boolean;
  /** The stream itself, for a library that draws on it. */
  readonly stream: NodeJS.WritableStream;
  /** The reader closed the pipe: further text is discarded. */
  readonly closed: boolean;
  /** Current width in characters; 80 if unknown. */
  readonly columns: number;
}

/** Reads a file of the package, which a binary contains. */
export type ReadAsset = (name: 'man/miso.1' | 'LICENSE' | 'dist/THIRD-PARTY-LICENSES') => string;

/** The process as a command sees it: created by main, and by tests. */
export interface World {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** The home folder, if known. */
  readonly home?: string;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Output;
  readonly stderr: Output;
  readonly clock: Clock;
  readonly stop: StopSignals;
  /** Stops the run with `reason` after a time, as the first signal does. */
  readonly stopAfter: (ms: number, reason: Error) => void;
  readonly secrets: SecretRegistry;
  readonly version: string;
  /** Node's version, the operating system and the architecture. */
  readonly platform: string;
  /** The text of a file of the package: its manual page or its licenses. */
  readonly readAsset: ReadAsset;
  /** Identifies this run of the program in its summaries. */
  readonly runId: string;
}
