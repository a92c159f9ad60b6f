import type { SourceFile } from '../../input/source.ts';
import type { Reason, Rejection } from '../../records/record.ts';
import { IdSet } from './id-set.ts';

/** The location of a rejected record. */
export interface Example {
  readonly file: string;
  readonly line: number;
  readonly user_id?: string;
  /** What was found there, shortened. */
  readonly found?: string;
}

/** Rejected records with the same reason. */
export interface ErrorGroup {
  readonly field: string;
  readonly reason: string;
  readonly by: 'local' | 'miso';
  readonly count: number;
  readonly hint?: string;
  /** At most ten. */
  readonly examples: readonly Example[];
}

/** `read` is the sum of the others. */
export interface RecordCounts {
  readonly read: number;
  readonly uploaded: number;
  readonly rejected: number;
  /** Replaced by a later record of the same id in the same run. */
  readonly superseded: number;
  /** Finished by the run that --resume continues, or unchanged. */
  readonly skipped: number;
}

const maxExamples = 10;
/**
 * Miso's messages may contain values, so each can be different. Reasons beyond this number share one group.
 */
const maxGroups = 500;

interface MutableGroup extends ErrorGroup {
  count: number;
  examples: Example[];
}

/** Counts the outcomes of records, and groups rejected records by field and reason. */
export class RecordCounter {
  readonly #groups = new Map<string, MutableGroup>();
  /** By index of the input. */
  readonly #perFile = new Map<number, number>();
  readonly #ids = new IdSet();
  #uploaded = 0;
  #rejected = 0;
  #superseded = 0;
  #skipped = 0;
  #unchanged = 0;

  /** A record was stored. If one of the same id was stored before it, that one is superseded now. */
  uploaded(file: SourceFile, id: string): void {
    if (this.#ids.add(id)) this.#superseded++;
    else this.#uploaded++;
    this.#count(file, 1);
  }

  superseded(file: SourceFile): void {
    this.#superseded++;
    this.#count(file, 1);
  }

  skipped(file: SourceFile, records: number): void {
    this.#skipped += records;
    this.#count(file, records);
  }

  /** Miso holds the record already. */
  unchanged(file: SourceFile): void {
    this.#unchanged++;
    this.skipped(file, 1);
  }

  rejected(rejection: Rejection): void {
    this.#rejected++;
    this.#count(rejection.source.file, 1);
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

  /** How many of the skipped records Miso held already. */
  get unchangedCount(): number {
    return this.#unchanged;
  }

  /** There are more ids than are remembered, so some records that count as uploaded may be superseded. */
  get isLowerBound(): boolean {
    return this.#ids.isFull && this.#superseded > 0;
  }

  /** How many records of a file have an outcome. */
  countOf(file: SourceFile): number {
    return this.#perFile.get(file.index) ?? 0;
  }

  /** The most frequent first. */
  get errors(): ErrorGroup[] {
    return [...this.#groups.values()].sort((a, b) => b.count - a.count);
  }

  #count({ index }: SourceFile, records: number): void {
    this.#perFile.set(index, (this.#perFile.get(index) ?? 0) + records);
  }

  #group(reason: Reason, example: Example): void {
    const full = this.#groups.size >= maxGroups && !this.#groups.has(keyOf(reason));
    const shown = full ? { ...otherReasons, by: reason.by } : reason;
    const group = this.#groups.get(keyOf(shown));
    if (!group) {
      this.#groups.set(keyOf(shown), newGroup(shown, example));
      return;
    }
    group.count++;
    if (group.examples.length < maxExamples) group.examples.push(example);
  }
}

const otherReasons = { field: '', reason: 'other reasons: see the rejects file' };

function keyOf({ by, field, reason }: Reason): string {
  return `${by}\0${field}\0${reason}`;
}

function newGroup(reason: Reason, example: Example): MutableGroup {
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
