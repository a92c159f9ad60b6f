import type { Readable } from 'node:stream';
import type { StopSignals } from '../api/call.ts';
import type { Session } from '../api/session.ts';
import type { Clock } from '../clock.ts';
import type { InputRef } from '../input/input-ref.ts';
import type { ReadSettings } from '../input/read-settings.ts';
import type { SourceFile } from '../input/source.ts';
import type { ColumnSettings } from '../records/column-settings.ts';
import type { ColumnPlan } from '../records/columns/column-plan.ts';
import type { Rejection } from '../records/record.ts';
import type { UploadSummary } from './outcome/summary.ts';

/** More than so many rejected records, or more than so many of a hundred, end the run. */
export type RejectLimit = { readonly count: number } | { readonly percent: number };

/** What the user asked for. */
export interface UploadSettings {
  /** Paths, globs, `-`; none: standard input. */
  readonly inputs: readonly string[];
  readonly read: ReadSettings;
  readonly columns: ColumnSettings;
  readonly recordsPerRequest: number;
  readonly bytesPerRequest: number;
  readonly concurrency: number;
  /** Tries while halving a call; the caller's own number for the last word on a record. */
  readonly retries: number;
  readonly dryRun: boolean;
  readonly wait: boolean;
  /** A path; absent: NAME.rejected.EXT; false: none. */
  readonly rejects: string | false | undefined;
  /** A file that the caller writes, and so no place for rejected records. */
  readonly report?: string | undefined;
  readonly maxRejects: RejectLimit | undefined;
  readonly minRecords: number | undefined;
  readonly resume: boolean;
  readonly server: string;
  /** See `keyFingerprint`. */
  readonly key: string;
}

/** What was found of one input before anything was sent. */
export interface DetectedInput {
  readonly ref: InputRef;
  readonly file: SourceFile;
  readonly plan: ColumnPlan;
}

/** What a run looks like from outside while it goes on: read it whenever it is to be shown. */
export interface RunView {
  readonly inputs: readonly DetectedInput[];
  /** Bytes of all inputs; undefined when one of them is a stream. */
  readonly bytesTotal: number | undefined;
  bytesRead(): number;
  summary(): UploadSummary;
}

/** Told on the way. None of them may throw. */
export interface UploadEvents {
  /** The inputs are known and nothing was sent yet. */
  readonly started?: (view: RunView) => void;
  readonly warning?: (text: string) => void;
  /** Said for each rejected record as it is found. */
  readonly rejected?: (rejection: Rejection) => void;
}

/** When to read in a thread of its own. */
export interface ReaderChoice {
  /** The thread's program. */
  readonly script: string;
  /** From this size on, all inputs together. Default: 2 MiB. */
  readonly fromBytes?: number;
}

/** What a run needs of the world. */
export interface UploadDeps {
  /** Absent: nothing is sent, records are only checked. */
  readonly session?: Session;
  readonly clock: Clock;
  readonly stop: StopSignals;
  readonly stdin: Readable;
  /** Working directory: of the paths, and of the rejects files. */
  readonly cwd: string;
  /** Where journals lie; absent: none is kept. */
  readonly journals?: string;
  readonly events: UploadEvents;
  /** Absent: inputs are read where records are sent. */
  readonly reader?: ReaderChoice;
}
