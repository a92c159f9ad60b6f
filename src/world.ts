import type { Readable } from 'node:stream';
import type { StopSignals } from './api/retry/caller.ts';
import type { Clock } from './clock.ts';

/** One of the two output streams. */
export interface Output {
  /** Text is written in full before the promise resolves. Rejects with OutputError; a reader that went away is no error. */
  write(text: string): Promise<void>;
  readonly isTTY: boolean;
  /** The stream itself, for a library that draws on it. */
  readonly stream: NodeJS.WritableStream;
  /** The reader went away: what is written is lost, and that is no error. */
  readonly closed: boolean;
  /** Width in characters, as it is just now; 80 where it is not known. */
  readonly columns: number;
}

/** The process, as a command sees it: made once by main, and in tests by hand. */
export interface World {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** The home folder; absent where none is known. */
  readonly home?: string;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Output;
  readonly stderr: Output;
  readonly clock: Clock;
  readonly stop: StopSignals;
  readonly version: string;
  /** Program of the reading thread, which lies beside the bundle. */
  readonly readerScript: string;
}
