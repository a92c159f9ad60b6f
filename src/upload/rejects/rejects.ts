import { lstat } from 'node:fs/promises';
import { type Disk, systemDisk } from '../../files/disk.ts';
import { orOutputError } from '../../files/write.ts';
import type { RejectedItem } from '../item.ts';
import type { PendingRows, RejectMarks } from '../journal/journal-format.ts';
import { Ranges } from '../journal/ranges.ts';
import { moveAside } from './older-files.ts';
import type { RejectPlan } from './plan-rejects.ts';
import { RejectFile } from './reject-file.ts';
import type { RejectTarget } from './reject-targets.ts';

export interface RejectsOptions {
  /** What an interrupted run wrote. Anything beyond it is cut off. */
  readonly marks?: RejectMarks | undefined;
  /** Files that the user was already warned about. */
  readonly abandoned?: readonly string[] | undefined;
  readonly warn: (text: string) => void;
  readonly disk?: Disk | undefined;
}

/** Records to be written to one file. */
export interface PreparedRows {
  /** Absent for a device or pipe, which cannot be read again. */
  readonly pending: PendingRows | undefined;
  /** Resolves once the records are on disk. Throws OutputError. */
  readonly write: () => Promise<void>;
}

/**
 * The rejects files of a run: each has the format of its input, with the reasons in a last column, and can be
 * fixed and uploaded as it is. A file is created when its first record is rejected.
 */
export class Rejects {
  readonly #plan: RejectPlan;
  readonly #disk: Disk;
  readonly #files = new Map<string, RejectFile>();
  /** Marks of files of the interrupted run that this run does not write to. */
  readonly #previousMarks: RejectMarks;
  readonly #abandoned: readonly string[];
  readonly #warn: (text: string) => void;
  #pending: RejectedItem[] = [];

  private constructor(plan: RejectPlan, options: RejectsOptions) {
    const { marks = {}, abandoned = [], warn, disk = systemDisk } = options;
    this.#plan = plan;
    this.#disk = disk;
    this.#previousMarks = marks;
    this.#abandoned = abandoned;
    this.#warn = warn;
  }

  /** Throws OutputError. */
  static async open(plan: RejectPlan, options: RejectsOptions): Promise<Rejects> {
    const rejects = new Rejects(plan, options);
    for (const { path, format } of new Set(plan.targets.values())) {
      const mark = options.marks?.[path];
      if (!mark) continue;
      const resumed = RejectFile.resume(path, { format, mark, disk: rejects.#disk });
      rejects.#files.set(path, await orRejectsError(path, resumed));
    }
    return rejects;
  }

  add(item: RejectedItem): void {
    this.#pending.push(item);
  }

  /** The records that were added since the last call, to be written. */
  take(): readonly RejectedItem[] {
    const taken = this.#pending;
    this.#pending = [];
    return taken;
  }

  /** The files that hold records, in the order in which they were created. */
  get paths(): string[] {
    return Object.entries(this.marks).flatMap(([path, { bytes }]) => (bytes > 0 ? [path] : []));
  }

  /** What is on disk, by path. */
  get marks(): RejectMarks {
    const marks = [...this.#files].map(([path, file]) => [path, file.mark] as const);
    return { ...this.#previousMarks, ...Object.fromEntries(marks) };
  }

  /** Creates the files that these records need. Resolves with whether there were any. Throws OutputError. */
  async createMissing(items: readonly RejectedItem[]): Promise<boolean> {
    const missing = [...this.#byTarget(items).keys()].filter(({ path }) => !this.#files.has(path));
    for (const target of missing)
      this.#files.set(target.path, await orRejectsError(target.path, this.#create(target)));
    return missing.length > 0;
  }

  async #create({ path, format }: RejectTarget): Promise<RejectFile> {
    await moveAside(path, { warn: this.#warn, mayDelete: (older) => this.#plan.isFree(older) });
    return RejectFile.create(path, format, this.#disk);
  }

  /** The records to write to each file. The files must exist. */
  prepare(items: readonly RejectedItem[]): readonly PreparedRows[] {
    return [...this.#byTarget(items)].map(([{ path }, list]) => {
      const file = this.#files.get(path)!;
      const { mark, write } = file.prepare(list.map(({ rejection }) => rejection));
      const done = new Ranges(list.map(({ position }) => [position, position + 1])).toJSON();
      return {
        pending: file.isRegular ? { path, mark, done } : undefined,
        write: () => orRejectsError(path, write()),
      };
    });
  }

  /** Warns about files of an earlier run that this run did not replace. */
  async warnOfLeftovers(): Promise<void> {
    const paths = new Set([...this.#plan.targets.values()].map(({ path }) => path));
    for (const path of paths) {
      if (this.#files.has(path) || this.#abandoned.includes(path)) continue;
      const stats = await lstat(path).catch(() => undefined);
      if (stats?.isFile() && stats.size > 0)
        this.#warn(`${path} contains rejected records of an earlier run. This run added none.`);
    }
  }

  /** Throws OutputError. */
  async close(): Promise<void> {
    const closing = [...this.#files].map(([path, file]) => orRejectsError(path, file.close()));
    const results = await Promise.allSettled(closing);
    await this.#plan.locks.release();
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }

  #byTarget(items: readonly RejectedItem[]): ReadonlyMap<RejectTarget, RejectedItem[]> {
    const byTarget = new Map<RejectTarget, RejectedItem[]>();
    for (const item of items) {
      const target = this.#plan.targets.get(item.rejection.source.file.index)!;
      const list = byTarget.get(target);
      if (list) list.push(item);
      else byTarget.set(target, [item]);
    }
    return byTarget;
  }
}

function orRejectsError<T>(path: string, work: Promise<T>): Promise<T> {
  return orOutputError(work, {
    name: `The rejects file ${path}`,
    hint: 'Name another file with --rejects.',
  });
}
