import { type BigIntStats, createReadStream } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { UsageError } from '../../errors.ts';
import { isDevice } from '../../files/same-file.ts';
import { startsWith } from '../journal/identity.ts';
import type { FileMark, PendingRows, RejectMark, RejectMarks } from '../journal/journal-format.ts';
import type { PreviousRun } from '../journal/previous-run.ts';
import type { Range } from '../journal/ranges.ts';
import { inodeOf } from './reject-file.ts';
import { arrayClosing } from './reject-format.ts';

/** The rejects files of an interrupted run, compared with its journal. */
export interface SettledRejects {
  /** Files to continue. */
  readonly marks: RejectMarks;
  /** Pending records that are in these files. */
  readonly written: readonly Range[];
  /** Files that were edited, replaced or removed since then. They are left to the user. */
  readonly abandoned: readonly string[];
}

/**
 * Finds the rejects files that were not changed since the interrupted run, to continue them. Any other file
 * is kept, renamed if necessary, and further records go to a new file. Pending records count as written only
 * if their file is exactly as it was after the write; otherwise they are sent again. Throws UsageError for a
 * symbolic link.
 */
export async function settleRejects(
  { rejects, pending }: Pick<PreviousRun, 'rejects' | 'pending'>,
  warn: (text: string) => void,
): Promise<SettledRejects> {
  const marks: Record<string, RejectMark> = {};
  const written: Range[] = [];
  const abandoned: string[] = [];
  for (const [path, mark] of Object.entries(rejects)) {
    const rows = pending.find((entry) => entry.path === path);
    const state = await stateOf(path, mark, rows);
    if (state === 'untouched') marks[path] = mark;
    else if (state === 'written') {
      marks[path] = rows!.mark;
      written.push(...rows!.done);
    } else {
      abandoned.push(path);
      warn(`The rejects file ${path} ${state}. Further rejected records go to a new file.`);
    }
  }
  return { marks, written, abandoned };
}

type FileState = 'untouched' | 'written' | 'is missing' | 'has been edited' | 'has been replaced';

async function stateOf(path: string, mark: RejectMark, rows: PendingRows | undefined): Promise<FileState> {
  const stats = await lstat(path, { bigint: true }).catch(() => undefined);
  if (!stats) return mark.bytes === 0 ? 'untouched' : 'is missing';
  if (await isDevice(path)) return 'untouched';
  if (stats.isSymbolicLink()) {
    throw new UsageError(`The rejects file ${path} has been replaced by a symbolic link.`, {
      hint: 'Remove the link, then run the same command again.',
    });
  }
  if (mark.bytes === 0 && stats.size > 0n && inodeOf(stats) !== mark.inode) return 'has been replaced';
  if (rows && (await isComplete(path, rows.mark, stats))) return 'written';
  if (await isComplete(path, mark, stats)) return 'untouched';
  const isTorn = rows !== undefined && (await endsTorn(path, { from: mark, to: rows.mark }, stats));
  return isTorn && (await startsWith(path, mark)) ? 'untouched' : 'has been edited';
}

/** Whether a file matches the mark, followed by at most the closing of its format. */
async function isComplete(path: string, mark: FileMark, { size }: BigIntStats): Promise<boolean> {
  const rest = Number(size) - mark.bytes;
  if (rest !== 0 && rest !== arrayClosing.length) return false;
  if (rest > 0 && (await textFrom(path, mark.bytes)) !== arrayClosing) return false;
  return startsWith(path, mark);
}

/**
 * Whether a file ends within a row, because a kill interrupted the write. A file that a user saved ends with
 * a line break, as each row does.
 */
async function endsTorn(
  path: string,
  { from, to }: { readonly from: FileMark; readonly to: FileMark },
  { size }: BigIntStats,
): Promise<boolean> {
  const bytes = Number(size);
  if (bytes <= from.bytes || bytes >= to.bytes) return false;
  return (await textFrom(path, bytes - 1)) !== '\n';
}

async function textFrom(path: string, start: number): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of createReadStream(path, { start })) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
