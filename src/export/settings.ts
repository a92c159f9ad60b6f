import type { StopSignals } from '../api/call.ts';
import type { UsersEndpoints } from '../api/users.ts';
import type { JsonObject } from '../contract/json.ts';
import type { Compressor } from './compress.ts';

/** Writes text, in order. */
export type WriteText = (text: string) => Promise<void>;

/** A file that an export writes. */
export interface ExportFile {
  /** Absolute, as is `partial`. */
  readonly path: string;
  /** Holds the records until they are complete. */
  readonly partial: string;
  readonly compressor: Compressor | undefined;
  /** The file has one record per line, as the partial file has. */
  readonly isNdjson: boolean;
  /** Continue the export that left the partial file. */
  readonly resume: boolean;
}

export interface ExportDeps {
  readonly users: UsersEndpoints;
  readonly stop: StopSignals;
  /** Max concurrent reads, which may change. */
  readonly concurrency: () => number;
  /** Prints records in the format of the result. */
  readonly print: (records: AsyncIterable<JsonObject>, write?: WriteText) => Promise<void>;
  /** The list of ids is complete, and the first user is read. */
  readonly onStart: () => void;
}
