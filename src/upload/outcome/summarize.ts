import type { SourceFile } from '../../input/source.ts';
import type { Reason, Rejection } from '../../records/record.ts';

/** Where a rejected record stands. */
export interface Example {
  readonly file: string;
  readonly line: number;
  readonly user_id?: string;
  /** What was found there, shortened. */
  readonly found?: string;
}

/** Rejected records with the same fault. */
export interface ErrorGroup {
  readonly field: string;
  readonly reason: string;
  readonly by: 'local' | 'miso';
  readonly count: number;
  readonly hint?: string;
  /** The first ten. */
  readonly examples: readonly Example[];
}

/** Counts of records; each record read is in exactly one of the others. */
export interface RecordCounts {
  readonly read: number;
  readonly uploaded: number;
  readonly rejected: number;
  /** Replaced by a later record of the same id in the same run. */
  readonly superseded: number;
  /** Brought to their end by the run that --resume goes on with. */
  readonly skipped: number;
}

const examplesPerGroup = 10;
/** Miso may put values into its wording: beyond this many kinds of error, further ones share one group. */
const mostGroups = 500;

interface OpenGroup extends ErrorGroup {
  count: number;
  examples: Example[];
}

/** Counts what became of records, and groups the rejected by field and reason. */
export class Tally {
  readonly #groups = new Map<string, OpenGroup>();
  /** By the position of the input. */
  readonly #perFile = new Map<number, number>();
  #uploaded = 0;
  #rejected = 0;
  #superseded = 0;
  #skipped = 0;

  /** `file`: position of the input. */
  uploaded(file: number): void {
    this.#uploaded++;
    this.#read(file, 1);
  }

  superseded(file: number): void {
    this.#superseded++;
    this.#read(file, 1);
  }

  skipped(file: number, records: number): void {
    this.#skipped += records;
    this.#read(file, records);
  }

  rejected(rejection: Rejection): void {
    this.#rejected++;
    this.#read(rejection.source.file.index, 1);
    for (const reason of rejection.reasons) this.#group(reason, exampleOf(rejection, reason));
  }

  get counts(): RecordCounts {
    const [uploaded, rejected, superseded, skipped] = [
      this.#uploaded,
      this.#rejected,
      this.#superseded,
      this.#skipped,
    ];
    return { read: uploaded + rejected + superseded + skipped, uploaded, rejected, superseded, skipped };
  }

  /** How many records of a file came to their end. */
  recordsOf(file: SourceFile): number {
    return this.#perFile.get(file.index) ?? 0;
  }

  /** The most frequent first. */
  get errors(): ErrorGroup[] {
    return [...this.#groups.values()].sort((a, b) => b.count - a.count);
  }

  #read(file: number, records: number): void {
    this.#perFile.set(file, (this.#perFile.get(file) ?? 0) + records);
  }

  #group(reason: Reason, example: Example): void {
    const full = this.#groups.size >= mostGroups && !this.#groups.has(keyOf(reason));
    const shown = full ? { ...furtherReasons, by: reason.by } : reason;
    const group = this.#groups.get(keyOf(shown));
    if (!group) {
      this.#groups.set(keyOf(shown), openGroup(shown, example));
      return;
    }
    group.count++;
    if (group.examples.length < examplesPerGroup) group.examples.push(example);
  }
}

const furtherReasons = { field: '', reason: 'further reasons, named in the rejects file' };

function keyOf({ by, field, reason }: Reason): string {
  return `${by}\0${field}\0${reason}`;
}

function openGroup(reason: Reason, example: Example): OpenGroup {
  const { field, reason: text, by, hint } = reason;
  return { field, reason: text, by, count: 1, ...(hint === undefined ? {} : { hint }), examples: [example] };
}

function exampleOf({ source, id }: Rejection, { found }: Reason): Example {
  return {
    file: source.file.path,
    line: source.line,
    ...(id === undefined ? {} : { user_id: id }),
    ...(found === undefined ? {} : { found }),
  };
}
