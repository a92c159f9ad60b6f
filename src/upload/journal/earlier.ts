import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../../errors.ts';
import { differences, stillHolds } from './identity.ts';
import {
  type FileMark,
  inputsPart,
  type JournalHeader,
  type Progress,
  parseJournal,
  type RejectMarks,
  type UploadIdentity,
} from './journal-format.ts';
import { Ranges } from './ranges.ts';

/** What an earlier run of the same upload left behind. */
export interface Earlier {
  readonly header: JournalHeader;
  readonly finished: boolean;
  readonly done: Ranges;
  readonly counts: Progress['counts'];
  readonly rejects: RejectMarks;
  /** By position of the input. */
  readonly read: ReadonlyMap<number, FileMark>;
}

/** Reads a journal; one that is not there, or is none, is undefined. Throws what the disk throws. */
export async function loadEarlier(path: string): Promise<Earlier | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const left = parseJournal(text);
  if (!left) return undefined;
  const done = new Ranges();
  const read = new Map<number, FileMark>();
  for (const line of left.progress) {
    for (const [from, to] of line.done) done.add(from, to);
    for (const [input, mark] of line.read) keepLonger(read, input, mark);
  }
  const last = left.progress.at(-1);
  return {
    header: left.header,
    finished: last?.finished ?? false,
    done,
    counts: last?.counts ?? { uploaded: 0, rejected: 0, superseded: 0 },
    rejects: last?.rejects ?? {},
    read,
  };
}

/** A run that goes on reads from the start again: what an earlier one saw reaches further for a while. */
export function keepLonger(marks: Map<number, FileMark>, input: number, mark: FileMark): void {
  if (mark.bytes >= (marks.get(input)?.bytes ?? 0)) marks.set(input, mark);
}

/**
 * Whether an upload can go on with what is left. One that came to its end stands in nobody's way, and is gone on with
 * only where nothing changed: then nothing is left to do.
 * Throws UsageError for one that did not come to its end and does not fit.
 */
export async function mayGoOn(
  left: Earlier | undefined,
  directory: string,
  identity: UploadIdentity,
): Promise<boolean> {
  if (!left) {
    await refuseOtherServer(directory, identity);
    return false;
  }
  const reasons = differences(left.header.identity, identity);
  if (reasons.length === 0) reasons.push(...(await changedContents(left, identity)));
  if (reasons.length === 0) return true;
  if (left.finished) return false;
  throw cannotResume(reasons);
}

function cannotResume(reasons: readonly string[]): UsageError {
  return new UsageError(`The interrupted upload cannot be resumed, because ${reasons.join('; ')}.`, {
    hint: 'Leave out --resume to upload everything from the start: what is stored already is only replaced.',
  });
}

async function changedContents({ read }: Earlier, identity: UploadIdentity): Promise<string[]> {
  const changed: string[] = [];
  for (const [input, mark] of read) {
    const path = identity.inputs[input]?.path;
    if (path !== undefined && !(await stillHolds(path, mark)))
      changed.push(`${path} has changed: its first ${mark.bytes} bytes are others`);
  }
  return changed;
}

/** The same inputs on the way to another server: an upload that --resume must not mistake for this one. */
async function refuseOtherServer(directory: string, identity: UploadIdentity): Promise<void> {
  const others = (await readdir(directory)).filter(
    (name) => name.startsWith(inputsPart(identity)) && name.endsWith('.journal'),
  );
  for (const name of others) {
    const left = await loadEarlier(join(directory, name));
    if (left && !left.finished) throw cannotResume(differences(left.header.identity, identity));
  }
}
