import { createReadStream } from 'node:fs';
import { type Disk, type OpenFile, systemDisk } from '../../files/disk.ts';
import { appendDurably, cutFile, openToAppend, replaceFileOpen } from '../../files/write.ts';
import type { Fingerprint } from '../fingerprint/fingerprint.ts';

/** What happened to a user. */
export const logged = {
  /** A record is about to be sent. */
  sending: 1,
  /** Miso has stored a record. */
  stored: 2,
  /** The user is about to be deleted. */
  deleting: 3,
  /** Miso has deleted the user. */
  deleted: 4,
  /** Another command is about to change the user. */
  touched: 5,
} as const;

export interface LogEntry {
  readonly what: (typeof logged)[keyof typeof logged];
  readonly id: Fingerprint;
  /** Of `sending` and `stored`. */
  readonly record: Fingerprint;
}

export const noRecord: Fingerprint = { high: 0, low: 0 };

const magic = 'miso sync log\n';
const bytesPerEntry = 20;

/**
 * What happened since the state was written. What is about to change is on disk before the first request, so
 * that a run that is killed leaves behind which users it may have changed, and which of them Miso has
 * confirmed.
 *
 * The file begins with the salt of its state: entries for another state mean other users.
 */
export class RunLog {
  readonly #path: string;
  readonly #salt: string;
  readonly #disk: Disk;
  #handle: OpenFile | undefined;
  #unwritten: Buffer[] = [];
  #write: Promise<void> | undefined;
  #writing: Promise<void> = Promise.resolve();
  /** Where the complete entries of the file end, once it was read; 0 if there are none. */
  #end: number | undefined;

  constructor(path: string, { salt, disk = systemDisk }: { readonly salt: string; readonly disk?: Disk }) {
    this.#path = path;
    this.#salt = salt;
    this.#disk = disk;
  }

  /** The entries of a run that was killed, in order. Throws what the disk throws. */
  async *left(): AsyncGenerator<LogEntry> {
    this.#end = 0;
    let rest: Buffer = Buffer.alloc(0);
    for await (const chunk of contentOf(this.#path)) {
      let at = 0;
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      if (this.#end === 0) {
        if (rest.length < this.#header.length) continue;
        if (rest.toString('latin1', 0, this.#header.length) !== this.#header) return;
        at = this.#end = this.#header.length;
      }
      for (; at + bytesPerEntry <= rest.length; at += bytesPerEntry) {
        // A power failure can leave zeros, or half an entry: nothing of it was sent.
        if (!isEntry(rest, at)) return;
        this.#end += bytesPerEntry;
        yield decode(rest, at);
      }
      rest = rest.subarray(at);
    }
  }

  /**
   * Resolves once these entries, and all before them, are on disk. Calls that wait at the same time share a
   * write.
   */
  add(entries: readonly LogEntry[]): Promise<void> {
    this.note(entries);
    this.#write ??= this.#writing.then(async () => {
      this.#write = undefined;
      const bytes = Buffer.concat(this.#unwritten);
      this.#unwritten = [];
      this.#handle ??= await this.#open();
      await appendDurably(this.#handle, bytes);
    });
    const written = this.#write;
    // Callers that wait for `written` get the failure.
    this.#writing = written.catch(() => {});
    return written;
  }

  /** Adds entries with the next write: without them, the next run only sends more. */
  note(entries: readonly LogEntry[]): void {
    for (const entry of entries) this.#unwritten.push(encode(entry));
  }

  /** Replaces all entries by those that the state does not hold. */
  async replace(entries: readonly LogEntry[]): Promise<void> {
    await this.close();
    this.#end = undefined;
    if (entries.length === 0) return await this.#disk.remove(this.#path);
    const content = [Buffer.from(this.#header), ...entries.map(encode)];
    const handle = await replaceFileOpen(this.#path, [Buffer.concat(content)], this.#disk);
    await handle.close();
  }

  async close(): Promise<void> {
    await this.#writing;
    this.#unwritten = [];
    await this.#handle?.close();
    this.#handle = undefined;
  }

  get #header(): string {
    return `${magic}${this.#salt}\n`;
  }

  /** Continues the log of a killed run, or begins one. */
  async #open(): Promise<OpenFile> {
    if (this.#end === undefined) for await (const _ of this.left());
    const handle = await openToAppend(this.#path, this.#disk);
    await cutFile(this.#path, this.#end ?? 0, this.#disk);
    if (this.#end === 0) await handle.appendFile(this.#header);
    return handle;
  }
}

/** Empty for a missing file. */
async function* contentOf(path: string): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of createReadStream(path)) yield chunk as Buffer;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

function encode({ what, id, record }: LogEntry): Buffer {
  const bytes = Buffer.allocUnsafe(bytesPerEntry);
  for (const [n, value] of [what, id.high, id.low, record.high, record.low].entries())
    bytes.writeUInt32LE(value, n * 4);
  return bytes;
}

function decode(bytes: Buffer, at: number): LogEntry {
  const word = (n: number) => bytes.readUInt32LE(at + n * 4);
  return {
    what: word(0) as LogEntry['what'],
    id: { high: word(1), low: word(2) },
    record: { high: word(3), low: word(4) },
  };
}

function isEntry(bytes: Buffer, at: number): boolean {
  const what = bytes.readUInt32LE(at);
  return what >= logged.sending && what <= logged.touched;
}
