import { lstat } from 'node:fs/promises';
import { UsageError } from '../../errors.ts';
import { type Disk, systemDisk } from '../../files/disk.ts';
import { isDevice } from '../../files/same-file.ts';
import { orOutputError } from '../../files/write.ts';
import type { Rejection } from '../../records/record.ts';
import { startsWith } from '../journal/identity.ts';
import type { RejectMark, RejectMarks } from '../journal/journal-format.ts';
import type { RejectPlan } from './plan-rejects.ts';
import { inodeOf, RejectFile } from './reject-file.ts';
import type { RejectTarget } from './reject-targets.ts';

export interface RejectsOptions {
  /** What an interrupted run wrote. Anything beyond it is cut off, because this run may find those records valid. */
  readonly marks?: RejectMarks | undefined;
  readonly disk?: Disk | undefined;
}

/**
 * The rejects files of a run: each has the format of its input, with the reasons in a last column, and can be fixed
 * and uploaded as it is. A file is created when its first record is rejected.
 */
export class Rejects {
  readonly #plan: RejectPlan;
  readonly #disk: Disk;
  readonly #files = new Map<string, RejectFile>();
  /** What the interrupted run wrote to files that this run does not write to. */
  readonly #previousMarks: RejectMarks;
  #pending: Rejection[] = [];

  private constructor(plan: RejectPlan, { marks = {}, disk = systemDisk }: RejectsOptions) {
    this.#plan = plan;
    this.#disk = disk;
    this.#previousMarks = marks;
  }

  /** Throws OutputError. */
  static async open(plan: RejectPlan, options: RejectsOptions = {}): Promise<Rejects> {
    const rejects = new Rejects(plan, options);
    for (const { path, format } of new Set(plan.targets.values())) {
      const mark = options.marks?.[path];
      if (!mark) continue;
      const resumed = RejectFile.resume(path, { format, mark, disk: rejects.#disk });
      rejects.#files.set(path, await orRejectsError(path, resumed));
    }
    return rejects;
  }

  add(rejection: Rejection): void {
    this.#pending.push(rejection);
  }

  /** The records that were added since the last call, to be written. */
  take(): readonly Rejection[] {
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
  async createMissing(rejections: readonly Rejection[]): Promise<boolean> {
    const missing = [...this.#byTarget(rejections).keys()].filter(({ path }) => !this.#files.has(path));
    for (const { path, format } of missing) {
      const created = RejectFile.create(path, format, this.#disk);
      this.#files.set(path, await orRejectsError(path, created));
    }
    return missing.length > 0;
  }

  /** Writes records to their files, and resolves once they are on disk. Throws OutputError. */
  async write(rejections: readonly Rejection[]): Promise<void> {
    for (const [{ path }, list] of this.#byTarget(rejections))
      await orRejectsError(path, this.#files.get(path)!.append(list));
  }

  /** Throws OutputError. */
  async close(): Promise<void> {
    const closing = [...this.#files].map(([path, file]) => orRejectsError(path, file.close()));
    const results = await Promise.allSettled(closing);
    await this.#plan.locks.release();
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }

  #byTarget(rejections: readonly Rejection[]): ReadonlyMap<RejectTarget, Rejection[]> {
    const byTarget = new Map<RejectTarget, Rejection[]>();
    for (const rejection of rejections) {
      const target = this.#plan.targets.get(rejection.source.file.index)!;
      const list = byTarget.get(target);
      if (list) list.push(rejection);
      else byTarget.set(target, [rejection]);
    }
    return byTarget;
  }
}

/**
 * The rejects files of an interrupted run that are as it left them, to be continued. A file that was edited, replaced or
 * removed since is the user's: it is kept, renamed if necessary, and further records go to a new file. Throws UsageError
 * for a symbolic link.
 */
export async function marksToContinue(
  marks: RejectMarks,
  warn: (text: string) => void,
): Promise<RejectMarks> {
  const kept: Record<string, RejectMark> = {};
  for (const [path, mark] of Object.entries(marks)) {
    const change = await changeOf(path, mark);
    if (change === undefined) kept[path] = mark;
    else warn(`The rejects file ${path} ${change}. Further rejected records go to a new file.`);
  }
  return kept;
}

async function changeOf(path: string, mark: RejectMark): Promise<string | undefined> {
  const stats = await lstat(path, { bigint: true }).catch(() => undefined);
  if (!stats) return mark.bytes === 0 ? undefined : 'is missing';
  if (await isDevice(path)) return undefined;
  if (stats.isSymbolicLink()) {
    throw new UsageError(`The rejects file ${path} has been replaced by a symbolic link.`, {
      hint: 'Remove the link, then run the same command again.',
    });
  }
  if (mark.bytes > 0) return (await startsWith(path, mark)) ? undefined : 'has been edited';
  // The run created the file, and may have written records to it that the journal does not know of.
  return stats.size === 0n || inodeOf(stats) === mark.inode ? undefined : 'has been replaced';
}

function orRejectsError<T>(path: string, work: Promise<T>): Promise<T> {
  return orOutputError(work, {
    name: `The rejects file ${path}`,
    hint: 'Name another file with --rejects.',
  });
}
