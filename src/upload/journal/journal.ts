import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Disk, type OpenFile, systemDisk } from '../../files/disk.ts';
import { type Lock, lock } from '../../files/lock.ts';
import { orOutputError, replaceFileOpen } from '../../files/write.ts';
import {
  type FileMark,
  type JournalHeader,
  journalLine,
  journalName,
  type Progress,
  type UploadIdentity,
} from './journal-format.ts';
import { canResume, keepLongest, loadPreviousRun, type PreviousRun } from './previous-run.ts';
import { Ranges } from './ranges.ts';

/** A journal that grows beyond this size is rewritten as one line. */
const maxJournalBytes = 1 << 20;

/** How long an upload can be resumed: 30 days. */
const keptForMs = 30 * 86_400_000;

export interface JournalOptions {
  readonly directory: string;
  readonly identity: UploadIdentity;
  readonly resume: boolean;
  /** ISO 8601. */
  readonly now: string;
  readonly disk?: Disk | undefined;
}

/** The file that records which records are done. It is usable after a crash at any moment. */
export class Journal {
  readonly path: string;
  readonly #header: JournalHeader;
  readonly #lock: Lock;
  readonly #disk: Disk;
  readonly #done: Ranges;
  readonly #read: Map<number, FileMark>;
  #file: OpenFile;
  #bytes: number;

  private constructor(parts: {
    readonly path: string;
    readonly header: JournalHeader;
    readonly lock: Lock;
    readonly disk: Disk;
    readonly written: Written;
    readonly resumed: PreviousRun | undefined;
  }) {
    this.path = parts.path;
    this.#header = parts.header;
    this.#lock = parts.lock;
    this.#disk = parts.disk;
    this.#done = new Ranges(parts.resumed?.done.toJSON());
    this.#read = new Map(parts.resumed?.read);
    this.#file = parts.written.file;
    this.#bytes = parts.written.bytes;
  }

  /**
   * Opens and locks the journal of an upload: the one of the previous run if it can be resumed, otherwise a
   * new one. `previous` is absent when there was none, or when it is finished and not resumed. Throws
   * UsageError when another run holds the lock or the previous run cannot be resumed. Also throws file system
   * errors.
   */
  static async open(options: JournalOptions): Promise<{ journal: Journal; previous?: PreviousRun }> {
    const { directory, identity, resume, now, disk = systemDisk } = options;
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const path = join(directory, journalName(identity));
    // An old journal that cannot be deleted is harmless.
    await deleteOld(directory, Date.parse(now)).catch(() => {});
    const held = await lock(`${path}.lock`, { what: 'Another upload of the same input is running' });
    try {
      const previous = await loadPreviousRun(path);
      const resumes = resume && (await canResume(previous, directory, identity));
      const resumed = resumes ? previous : undefined;
      const header = resumed?.header ?? { version: 1 as const, startedAt: now, identity };
      const written = await rewrite(path, resumed ? [header, progressOf(resumed)] : [header], disk);
      const journal = new Journal({ path, header, lock: held, disk, written, resumed });
      return previous && (resumes || !resume) ? { journal, previous } : { journal };
    } catch (error) {
      await held.release();
      throw error;
    }
  }

  /**
   * Adds a line. `progress.done` and `progress.read` hold what is new; the rest replaces what was recorded
   * before. Throws OutputError.
   */
  async append(progress: Progress): Promise<void> {
    for (const [from, to] of progress.done) this.#done.add(from, to);
    for (const [input, mark] of progress.read) keepLongest(this.#read, input, mark);
    await this.#orOutputError(async () => {
      const line = journalLine(progress);
      await this.#file.appendFile(line);
      this.#bytes += Buffer.byteLength(line);
      if (this.#bytes > maxJournalBytes) await this.#compact(progress);
    });
  }

  /** Resolves once everything is on disk. Throws OutputError. */
  sync(): Promise<void> {
    return this.#orOutputError(() => this.#file.datasync());
  }

  async close(): Promise<void> {
    try {
      await this.#file.close();
    } finally {
      await this.#lock.release();
    }
  }

  async #compact(progress: Progress): Promise<void> {
    const all = { ...progress, done: this.#done.toJSON(), read: [...this.#read] };
    // Windows does not replace an open file.
    await this.#file.close();
    const { file, bytes } = await rewrite(this.path, [this.#header, all], this.#disk);
    this.#file = file;
    this.#bytes = bytes;
  }

  #orOutputError(work: () => Promise<void>): Promise<void> {
    const hint = 'Free some space there, then run the same command with --resume.';
    return orOutputError(work(), { name: `The journal ${this.path}`, hint });
  }
}

/** Deletes the journals and locks, and drafts of them, that no run has written to for `keptForMs`. */
async function deleteOld(directory: string, now: number): Promise<void> {
  const names = (await readdir(directory)).filter((name) => /\.(?:journal|lock)(?:\.|$)/.test(name));
  for (const path of names.map((name) => join(directory, name))) {
    // Another run may remove its files meanwhile.
    const stats = await stat(path).catch(() => undefined);
    if (stats && now - stats.mtimeMs > keptForMs) await rm(path, { force: true });
  }
}

interface Written {
  readonly file: OpenFile;
  readonly bytes: number;
}

async function rewrite(
  path: string,
  entries: readonly (JournalHeader | Progress)[],
  disk: Disk,
): Promise<Written> {
  const text = entries.map(journalLine).join('');
  return { file: await replaceFileOpen(path, text, disk), bytes: Buffer.byteLength(text) };
}

function progressOf({ header: _, done, read, finished, ...same }: PreviousRun): Progress {
  return { ...same, done: done.toJSON(), read: [...read], ...(finished ? { finished } : {}) };
}
