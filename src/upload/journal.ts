import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UsageError } from '../errors.ts';
import { differences, stillHolds } from './identity.ts';
import {
  inputsPart,
  type JournalHeader,
  journalLine,
  journalName,
  type Progress,
  parseJournal,
  type UploadIdentity,
} from './journal-format.ts';
import { type Lock, lock } from './lock.ts';
import { Ranges } from './ranges.ts';

/** What an earlier run of the same upload left behind. */
export interface Earlier {
  readonly startedAt: string;
  readonly finished: boolean;
  readonly done: Ranges;
  readonly counts: Progress['counts'];
  readonly rejects: Progress['rejects'];
}

/** Beyond this size a journal is written anew, as one line. */
const compactBeyondBytes = 1 << 20;

/** The record of what is known to be done, on disk at any instant in a usable form. */
export class Journal {
  readonly path: string;
  readonly #header: JournalHeader;
  readonly #lock: Lock;
  readonly #done: Ranges;
  #handle: FileHandle;
  #bytes: number;

  private constructor(parts: {
    path: string;
    header: JournalHeader;
    lock: Lock;
    handle: FileHandle;
    bytes: number;
    done: Ranges;
  }) {
    this.path = parts.path;
    this.#header = parts.header;
    this.#lock = parts.lock;
    this.#handle = parts.handle;
    this.#bytes = parts.bytes;
    this.#done = parts.done;
  }

  /**
   * Opens the journal of an upload and locks it. With `resume`, goes on with what an earlier run left; else begins anew.
   * Throws UsageError when another run holds it, or when what was left belongs to another state of the input.
   */
  static async open(options: {
    readonly directory: string;
    readonly identity: UploadIdentity;
    readonly resume: boolean;
    /** ISO 8601. */
    readonly now: string;
  }): Promise<{ journal: Journal; earlier?: Earlier }> {
    const { directory, identity, resume, now } = options;
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const path = join(directory, journalName(identity));
    const held = await lock(`${path}.lock`);
    try {
      const left = await readFile(path, 'utf8').then(parseJournal, () => undefined);
      if (resume && !left) await refuseOtherServer(directory, identity);
      const earlier = left && resume ? await fitting(left, identity) : left && summaryOf(left);
      const header = resume && left ? left.header : { version: 1 as const, startedAt: now, identity };
      const done = (resume && earlier?.done) || new Ranges();
      const start = resume && earlier ? [header, progressOf(earlier, left?.progress)] : [header];
      const { handle, bytes } = await rewrite(path, start);
      const journal = new Journal({ path, header, lock: held, handle, bytes, done });
      return earlier ? { journal, earlier } : { journal };
    } catch (error) {
      await held.release();
      throw error;
    }
  }

  /** Adds what came to its end. `progress.done` holds only what is new; everything else replaces what was known. */
  async append(progress: Progress): Promise<void> {
    for (const [from, to] of progress.done) this.#done.add(from, to);
    const line = Buffer.from(journalLine(progress));
    await this.#handle.appendFile(line);
    this.#bytes += line.length;
    if (this.#bytes > compactBeyondBytes) await this.#compact(progress);
  }

  /** Waits until the disk has everything. */
  sync(): Promise<void> {
    return this.#handle.datasync();
  }

  async close(): Promise<void> {
    await this.#handle.close();
    await this.#lock.release();
  }

  async #compact(progress: Progress): Promise<void> {
    await this.#handle.close();
    const { handle, bytes } = await rewrite(this.path, [
      this.#header,
      { ...progress, done: this.#done.toJSON() },
    ]);
    this.#handle = handle;
    this.#bytes = bytes;
  }
}

/** Writes a journal beside the old one and puts it in its place in one step. */
async function rewrite(path: string, entries: readonly (JournalHeader | Progress)[]) {
  const draft = `${path}.new`;
  const text = entries.map(journalLine).join('');
  const handle = await open(
    draft,
    constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_APPEND,
    0o600,
  );
  await handle.writeFile(text);
  await handle.datasync();
  await rename(draft, path);
  await syncDirectory(dirname(path));
  return { handle, bytes: Buffer.byteLength(text) };
}

/** A rename is safe from a power failure once its directory is on disk; not every system lets a directory be opened. */
async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r').catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close();
}

type Left = NonNullable<ReturnType<typeof parseJournal>>;

function summaryOf(left: Left): Earlier {
  const done = new Ranges();
  for (const { done: ranges } of left.progress) for (const [from, to] of ranges) done.add(from, to);
  const last = left.progress.at(-1);
  return {
    startedAt: left.header.startedAt,
    finished: last?.finished ?? false,
    done,
    counts: last?.counts ?? { uploaded: 0, rejected: 0, superseded: 0 },
    rejects: last?.rejects ?? {},
  };
}

async function fitting(left: Left, identity: UploadIdentity): Promise<Earlier> {
  const reasons = differences(left.header.identity, identity);
  if (reasons.length === 0) reasons.push(...(await changedContents(left, identity)));
  if (reasons.length > 0) {
    throw new UsageError(`The interrupted upload cannot be resumed, because ${reasons.join('; ')}.`, {
      hint: 'Leave out --resume to upload everything from the start: what is stored already is only replaced.',
    });
  }
  return summaryOf(left);
}

async function changedContents(left: Left, identity: UploadIdentity): Promise<string[]> {
  const marks = left.progress.at(-1)?.read ?? [];
  const changed: string[] = [];
  for (const [n, mark] of marks.entries()) {
    const { path } = identity.inputs[n]!;
    if (mark && !(await stillHolds(path, mark)))
      changed.push(`${path} has changed: its first ${mark.bytes} bytes are others`);
  }
  return changed;
}

function progressOf(earlier: Earlier, progress: readonly Progress[] = []): Progress {
  const { done, counts, rejects, finished } = earlier;
  return {
    done: done.toJSON(),
    counts,
    rejects,
    read: progress.at(-1)?.read ?? [],
    ...(finished ? { finished } : {}),
  };
}

/** The same inputs on the way to another server: an upload that --resume must not mistake for this one. */
async function refuseOtherServer(directory: string, identity: UploadIdentity): Promise<void> {
  const others = (await readdir(directory)).filter(
    (name) => name.startsWith(inputsPart(identity)) && name.endsWith('.journal'),
  );
  for (const name of others) {
    const left = await readFile(join(directory, name), 'utf8').then(parseJournal, () => undefined);
    if (left && !summaryOf(left).finished) await fitting(left, identity);
  }
}
