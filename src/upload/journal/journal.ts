import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { OutputError } from '../../errors.ts';
import { type Lock, lock } from '../../files/lock.ts';
import { type Earlier, keepLonger, loadEarlier, mayGoOn } from './earlier.ts';
import {
  type FileMark,
  type JournalHeader,
  journalLine,
  journalName,
  type Progress,
  type UploadIdentity,
} from './journal-format.ts';
import { Ranges } from './ranges.ts';

/** Beyond this size a journal is written anew, as one line. */
const compactBeyondBytes = 1 << 20;

/** A journal of a finished upload is kept for so long: --resume finds nothing left to do, and says so. */
const keptForMs = 30 * 86_400_000;

/** The record of what is known to be done, on disk at any instant in a usable form. */
export class Journal {
  readonly path: string;
  readonly #header: JournalHeader;
  readonly #lock: Lock;
  readonly #done: Ranges;
  readonly #read: Map<number, FileMark>;
  #handle: FileHandle;
  #bytes: number;

  private constructor(parts: {
    readonly path: string;
    readonly header: JournalHeader;
    readonly lock: Lock;
    readonly written: Written;
    readonly earlier: Earlier | undefined;
  }) {
    this.path = parts.path;
    this.#header = parts.header;
    this.#lock = parts.lock;
    this.#done = new Ranges(parts.earlier?.done.toJSON());
    this.#read = new Map(parts.earlier?.read);
    this.#handle = parts.written.handle;
    this.#bytes = parts.written.bytes;
  }

  /**
   * Opens the journal of an upload and locks it. With `resume`, goes on with what an earlier run left; else begins anew.
   * Throws UsageError when another run holds it, or when what was left belongs to another state of the input, and what
   * the disk throws.
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
    // A journal that nobody needs any more does no harm where it cannot be deleted.
    await deleteOld(directory, Date.parse(now)).catch(() => {});
    const held = await lock(`${path}.lock`);
    try {
      const left = await loadEarlier(path);
      const goesOn = resume && (await mayGoOn(left, directory, identity));
      const kept = goesOn ? left : undefined;
      const header = kept?.header ?? { version: 1 as const, startedAt: now, identity };
      const written = await rewrite(path, kept ? [header, progressOf(kept)] : [header]);
      const journal = new Journal({ path, header, lock: held, written, earlier: kept });
      // A finished upload that --resume does not go on with is of no interest.
      return left && (goesOn || !resume) ? { journal, earlier: left } : { journal };
    } catch (error) {
      await held.release();
      throw error;
    }
  }

  /**
   * Adds what came to its end: `progress.done` and `progress.read` hold only what is new, everything else replaces what
   * was known. Throws OutputError.
   */
  async append(progress: Progress): Promise<void> {
    for (const [from, to] of progress.done) this.#done.add(from, to);
    for (const [input, mark] of progress.read) keepLonger(this.#read, input, mark);
    await this.#orRefuse(async () => {
      const line = Buffer.from(journalLine(progress));
      await this.#handle.appendFile(line);
      this.#bytes += line.length;
      if (this.#bytes > compactBeyondBytes) await this.#compact(progress);
    });
  }

  /** Waits until the disk has everything. Throws OutputError. */
  sync(): Promise<void> {
    return this.#orRefuse(() => this.#handle.datasync());
  }

  async close(): Promise<void> {
    try {
      await this.#handle.close();
    } finally {
      await this.#lock.release();
    }
  }

  async #compact(progress: Progress): Promise<void> {
    const all = { ...progress, done: this.#done.toJSON(), read: [...this.#read] };
    const { handle, bytes } = await rewrite(this.path, [this.#header, all]);
    const old = this.#handle;
    this.#handle = handle;
    this.#bytes = bytes;
    await old.close();
  }

  async #orRefuse(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      throw new OutputError(`The journal ${this.path} cannot be written: ${code ?? message}.`, {
        hint: 'Make room there, then go on with --resume.',
        cause: error,
      });
    }
  }
}

/** Deletes journals of uploads that came to their end long ago; one that can still be gone on with is kept for ever. */
async function deleteOld(directory: string, now: number): Promise<void> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.journal'));
  for (const path of names.map((name) => join(directory, name))) {
    if (now - (await stat(path)).mtimeMs < keptForMs) continue;
    if ((await loadEarlier(path))?.finished) await rm(path);
  }
}

interface Written {
  readonly handle: FileHandle;
  readonly bytes: number;
}

/** Writes a journal beside the old one and puts it in its place in one step. */
async function rewrite(path: string, entries: readonly (JournalHeader | Progress)[]): Promise<Written> {
  const draft = `${path}.new`;
  const text = entries.map(journalLine).join('');
  const handle = await open(
    draft,
    constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_APPEND,
    0o600,
  );
  try {
    await handle.writeFile(text);
    await handle.datasync();
    await rename(draft, path);
  } catch (error) {
    await handle.close();
    throw error;
  }
  await syncDirectory(dirname(path));
  return { handle, bytes: Buffer.byteLength(text) };
}

/** A rename is safe from a power failure once its directory is on disk; not every system lets a directory be opened. */
async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r').catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close();
}

function progressOf({ done, counts, rejects, finished, read }: Earlier): Progress {
  return { done: done.toJSON(), counts, rejects, read: [...read], ...(finished ? { finished } : {}) };
}
