import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../../errors.ts';
import { differences, startsWith } from './identity.ts';
import {
  type FileMark,
  inputsPart,
  type JournalHeader,
  type PendingRows,
  type Progress,
  parseJournal,
  type RejectMarks,
  type UploadIdentity,
} from './journal-format.ts';
import { Ranges } from './ranges.ts';

/** An earlier run of the same upload, as its journal describes it. */
export interface PreviousRun {
  readonly header: JournalHeader;
  readonly finished: boolean;
  /** Positions of the records that have an outcome. */
  readonly done: Ranges;
  readonly counts: Progress['counts'];
  readonly rejects: RejectMarks;
  /** Rejected records that were possibly written. */
  readonly pending: readonly PendingRows[];
  /** By index of the input. */
  readonly read: ReadonlyMap<number, FileMark>;
}

/** Reads a journal. Undefined if it is missing or has no valid header. Throws file system errors. */
export async function loadPreviousRun(path: string): Promise<PreviousRun | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const journal = parseJournal(text);
  if (!journal) return undefined;
  const done = new Ranges();
  const read = new Map<number, FileMark>();
  for (const line of journal.progress) {
    for (const [from, to] of line.done) done.add(from, to);
    for (const [input, mark] of line.read) keepLongest(read, input, mark);
  }
  const last = journal.progress.at(-1);
  return {
    header: journal.header,
    finished: last?.finished ?? false,
    done,
    counts: last?.counts ?? { uploaded: 0, rejected: 0, superseded: 0 },
    rejects: last?.rejects ?? {},
    pending: last?.pending ?? [],
    read,
  };
}

/** A resumed run reads from the start again, so its marks are shorter than the previous ones at first. */
export function keepLongest(marks: Map<number, FileMark>, input: number, mark: FileMark): void {
  if (mark.bytes >= (marks.get(input)?.bytes ?? 0)) marks.set(input, mark);
}

/**
 * Whether an upload can continue a previous run. False if there is none, or if it is finished and something
 * changed since. Throws UsageError if it is unfinished and something changed.
 */
export async function canResume(
  previous: PreviousRun | undefined,
  directory: string,
  identity: UploadIdentity,
): Promise<boolean> {
  if (!previous) {
    await refuseOtherServer(directory, identity);
    return false;
  }
  const reasons = differences(previous.header.identity, identity);
  if (reasons.length === 0) reasons.push(...(await changedContents(previous, identity)));
  if (reasons.length === 0) return true;
  if (previous.finished) return false;
  throw cannotResume(reasons);
}

function cannotResume(reasons: readonly string[]): UsageError {
  return new UsageError(`The interrupted upload cannot be resumed: ${reasons.join('; ')}.`, {
    hint: 'Leave out --resume to upload everything from the start. Records that are stored already are replaced.',
  });
}

async function changedContents({ read }: PreviousRun, identity: UploadIdentity): Promise<string[]> {
  const changed: string[] = [];
  for (const [input, mark] of read) {
    const path = identity.inputs[input]?.path;
    if (path !== undefined && !(await startsWith(path, mark)))
      changed.push(`${path} has changed within its first ${mark.bytes} bytes`);
  }
  return changed;
}

/** An unfinished upload of the same inputs to another server, which --resume would silently ignore. */
async function refuseOtherServer(directory: string, identity: UploadIdentity): Promise<void> {
  const others = (await readdir(directory)).filter(
    (name) => name.startsWith(inputsPart(identity)) && name.endsWith('.journal'),
  );
  for (const name of others) {
    const other = await loadPreviousRun(join(directory, name));
    if (other && !other.finished) throw cannotResume(differences(other.header.identity, identity));
  }
}
