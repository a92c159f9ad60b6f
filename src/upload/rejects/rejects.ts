import { stat } from 'node:fs/promises';
import { OutputError, UsageError } from '../../errors.ts';
import type { Rejection } from '../../records/record.ts';
import { stillHolds } from '../journal/identity.ts';
import type { RejectMark, RejectMarks } from '../journal/journal-format.ts';
import type { RejectPlan } from './plan-rejects.ts';
import { inodeOf, RejectFile } from './reject-file.ts';
import type { RejectTarget } from './reject-targets.ts';

/**
 * The rejected records of a run, each in a file that can be mended and uploaded as it is: the form of its input, with the
 * reasons in a last column. Files are made when they are needed.
 */
export class Rejects {
  readonly #plan: RejectPlan;
  readonly #files = new Map<string, RejectFile>();
  /** What an interrupted run wrote to files that this run does not write to. */
  readonly #kept: RejectMarks;
  #pending: Rejection[] = [];

  private constructor(plan: RejectPlan, kept: RejectMarks) {
    this.#plan = plan;
    this.#kept = kept;
  }

  /**
   * @param marks What an interrupted run wrote and is to be kept: anything beyond is cut off at once, for this run may
   *   find that those records are good. Throws OutputError.
   */
  static async open(plan: RejectPlan, marks: RejectMarks = {}): Promise<Rejects> {
    const rejects = new Rejects(plan, marks);
    for (const target of new Set(plan.targets.values())) {
      const mark = marks[target.path];
      if (!mark) continue;
      const file = await orRefuse(target.path, RejectFile.goOn(target.path, target.format, mark));
      rejects.#files.set(target.path, file);
    }
    return rejects;
  }

  add(rejection: Rejection): void {
    this.#pending.push(rejection);
  }

  /** Hands over what was added since, to be written. */
  take(): readonly Rejection[] {
    const taken = this.#pending;
    this.#pending = [];
    return taken;
  }

  /** Files that hold records, in the order in which they were made. */
  get paths(): string[] {
    return Object.entries(this.marks).flatMap(([path, { bytes }]) => (bytes > 0 ? [path] : []));
  }

  /** What safely stands in each file, by path. */
  get marks(): RejectMarks {
    const own = [...this.#files].map(([path, file]) => [path, file.mark] as const);
    return { ...this.#kept, ...Object.fromEntries(own) };
  }

  /** Makes the files that are still missing for these records, empty, and says whether there were any. Throws OutputError. */
  async begin(rejections: readonly Rejection[]): Promise<boolean> {
    const missing = [...this.#byTarget(rejections).keys()].filter(({ path }) => !this.#files.has(path));
    for (const { path, format } of missing)
      this.#files.set(path, await orRefuse(path, RejectFile.create(path, format)));
    return missing.length > 0;
  }

  /** Writes records to the files that `begin` made, and waits until the disk has them. Throws OutputError. */
  async write(rejections: readonly Rejection[]): Promise<void> {
    for (const [{ path }, list] of this.#byTarget(rejections))
      await orRefuse(path, this.#files.get(path)!.append(list));
  }

  /** Throws OutputError. */
  async close(): Promise<void> {
    const closing = [...this.#files].map(([path, file]) => orRefuse(path, file.close()));
    await Promise.allSettled(closing);
    await this.#plan.claims.release();
    for (const end of await Promise.allSettled(closing)) if (end.status === 'rejected') throw end.reason;
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
 * Looks whether the files that an interrupted run wrote still hold what it wrote.
 * Throws UsageError otherwise: going on would leave out what they lost, or write into what somebody mends.
 */
export async function checkRejects(marks: RejectMarks): Promise<void> {
  for (const [path, mark] of Object.entries(marks)) {
    const what = await changeOf(path, mark);
    if (what === undefined) continue;
    throw new UsageError(
      `The interrupted upload cannot be resumed, because its rejects file ${path} ${what}.`,
      {
        hint: 'Put it back as it was, or leave out --resume to upload everything from the start.',
      },
    );
  }
}

/** What happened to a rejects file since a run wrote it. */
async function changeOf(path: string, mark: RejectMark): Promise<string | undefined> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  if (!found) return mark.bytes === 0 ? undefined : 'is not there any more';
  if (!found.isFile()) return undefined;
  if (mark.bytes > 0) return (await stillHolds(path, mark)) ? undefined : 'was edited since';
  // Records that no journal knows yet may stand in the very file that the run had made, and in no other.
  return found.size === 0n || inodeOf(found) === mark.inode ? undefined : 'is another one by now';
}

function orRefuse<T>(path: string, work: Promise<T>): Promise<T> {
  return work.catch((error: NodeJS.ErrnoException) => {
    throw new OutputError(`The rejects file ${path} cannot be written: ${error.code ?? error.message}.`, {
      hint: 'Name another place with --rejects.',
      cause: error,
    });
  });
}
