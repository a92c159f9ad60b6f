import type { Readable } from 'node:stream';
import type { StopSignals } from '../api/call.ts';
import type { Session } from '../api/session.ts';
import type { Clock } from '../clock.ts';
import type { Limit } from '../contract/limit.ts';
import type { Disk } from '../files/disk.ts';
import type { ResolvedInputs } from '../input/input-ref.ts';
import type { ReadSettings } from '../input/read-settings.ts';
import type { ColumnSettings } from '../records/column-settings.ts';
import type { Rejection } from '../records/record.ts';
import type { DetectedInput, Item, ReadChunk } from './item.ts';
import type { SummaryDetails, UploadSummary } from './outcome/summary.ts';
import type { Selection } from './selection.ts';
import type { CreateSender } from './sending/sender.ts';

/** What the user asked for. */
export interface UploadSettings {
  /** Its name in the summary: `users upload`. */
  readonly command: string;
  /** Settings of the command that affect what is sent, for --resume. */
  readonly variant?: Readonly<Record<string, unknown>>;
  /** Batches that may be unfinished at a time; default: as many as the server can use. */
  readonly maxBatches?: number;
  /** Keeps a null in JSON, which removes the field. Default: null is rejected. */
  readonly keepsNulls?: boolean;
  readonly read: ReadSettings;
  readonly columns: ColumnSettings;
  /** The key of --hash. */
  readonly hashKey?: string | undefined;
  /** Warn about columns that look like personal data. */
  readonly piiCheck?: boolean;
  readonly recordsPerRequest: number;
  readonly bytesPerRequest: number;
  /**
   * Retries of each call during the search for a bad record. The last call for a record uses those of the
   * session.
   */
  readonly retries: number;
  readonly dryRun: boolean;
  readonly wait: boolean;
  /** A path; undefined: NAME.rejected.EXT; false: none. */
  readonly rejects: string | false | undefined;
  /** Write rejects files whose cells are safe in a spreadsheet. */
  readonly safeCsv: boolean;
  /** The path of the report, which the caller writes. Rejected records must not go to the same file. */
  readonly report?: string | undefined;
  readonly maxRejects: Limit | undefined;
  /** The run succeeds with up to this many rejected records. */
  readonly allowRejects: Limit | undefined;
  /** Undefined: at least one. */
  readonly minRecords: number | undefined;
  readonly resume: boolean;
  readonly server: string;
  /** See `keyFingerprint`. */
  readonly key: string;
}

/** The state of a running upload, for a progress display. */
export interface RunView {
  readonly inputs: readonly DetectedInput[];
  /** Bytes of all inputs; undefined when one of them is a stream. */
  readonly bytesTotal: number | undefined;
  bytesRead(): number;
  summary(): UploadSummary;
}

/** Called during a run. They must not throw. */
export interface UploadEvents {
  /** The inputs are known. Nothing was sent yet. */
  readonly started?: (view: RunView) => void;
  readonly warning?: (text: string) => void;
  readonly rejected?: (rejection: Rejection) => void;
  /** Miso queued the records of a call. */
  readonly queued?: (taskId: string) => void;
}

/** The dependencies of a run. */
export interface UploadDeps {
  /** Absent: nothing is sent, and the records are only checked. */
  readonly session?: Session;
  /** How batches are sent; default: they are uploaded. */
  readonly createSender?: CreateSender;
  /** What the command adds to the summary. */
  readonly details?: () => SummaryDetails;
  /** Finds the inputs. Called once. */
  readonly resolveInputs: () => Promise<ResolvedInputs>;
  readonly clock: Clock;
  readonly stop: StopSignals;
  /** Milliseconds that calls in flight get to finish after a stop. Default: `defaultGraceMs`. */
  readonly graceMs?: number;
  readonly stdin: Readable;
  /** The working directory: paths are relative to it, and rejects files are created in it. */
  readonly cwd: string;
  /** The folder of journals and locks. Absent: none are kept. */
  readonly journals?: string;
  /** Default: the real one. */
  readonly disk?: Disk;
  readonly events: UploadEvents;
  /** Absent: all records are sent. */
  readonly selection?: Selection;
  /** Looks at what is read before any of it is sent, and passes it on. */
  readonly inspect?: (
    chunks: AsyncIterable<ReadChunk>,
    inputs: readonly DetectedInput[],
  ) => AsyncIterable<ReadChunk>;
  /** Called with the records of a batch, which is sent once it resolves. */
  readonly beforeSend?: (items: readonly Item[]) => Promise<void>;
}
