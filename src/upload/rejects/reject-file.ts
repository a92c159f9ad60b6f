import { createHash, type Hash } from 'node:crypto';
import { type BigIntStats, constants } from 'node:fs';
import { type FileHandle, lstat, open, rename, rm } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { isDevice } from '../../files/same-file.ts';
import type { Rejection } from '../../records/record.ts';
import { hashOfStart } from '../journal/identity.ts';
import type { RejectMark } from '../journal/journal-format.ts';
import { closing, opening, type RejectFormat, rejectText } from './reject-format.ts';

/** One file of rejected records, complete in its form after every write, and readable by its owner only. */
export class RejectFile {
  readonly #handle: FileHandle;
  readonly #format: RejectFormat;
  /** A device or pipe has no positions: what was written stays. */
  readonly #regular: boolean;
  readonly #inode: string;
  readonly #hash: Hash;
  #bytes: number;

  private constructor(parts: {
    readonly handle: FileHandle;
    readonly format: RejectFormat;
    readonly stats: BigIntStats;
    readonly regular: boolean;
    readonly hash: Hash;
    readonly bytes: number;
  }) {
    this.#handle = parts.handle;
    this.#format = parts.format;
    this.#regular = parts.regular;
    this.#inode = inodeOf(parts.stats);
    this.#hash = parts.hash;
    this.#bytes = parts.bytes;
  }

  /** Makes an empty file. One that is in the way is kept under another name, unless it is empty. */
  static async create(path: string, format: RejectFormat): Promise<RejectFile> {
    const regular = !(await isDevice(path));
    if (regular) await makeWay(path);
    const handle = await open(path, regular ? 'wx' : 'a', 0o600);
    const stats = await handle.stat({ bigint: true });
    return new RejectFile({ handle, format, stats, regular, hash: createHash('sha256'), bytes: 0 });
  }

  /** Goes on with a file where the journal knows it; what an interrupted run wrote beyond is cut off. */
  static async goOn(path: string, format: RejectFormat, { bytes }: RejectMark): Promise<RejectFile> {
    const handle = await open(path, constants.O_RDWR | constants.O_CREAT, 0o600);
    const stats = await handle.stat({ bigint: true });
    const regular = stats.isFile();
    const hash = regular ? await hashOfStart(path, bytes) : createHash('sha256');
    if (regular) await handle.truncate(bytes);
    const file = new RejectFile({ handle, format, stats, regular, hash, bytes });
    if (regular && bytes > 0) await file.#put(closing(format), bytes);
    return file;
  }

  /** What stands in the file, but for its closing. */
  get mark(): RejectMark {
    return { bytes: this.#bytes, sha256: this.#hash.copy().digest('hex'), inode: this.#inode };
  }

  /** Resolves once the disk has the records. */
  async append(rejections: readonly Rejection[]): Promise<void> {
    const start = opening(this.#format);
    const fresh = this.#bytes === 0;
    const first = fresh || this.#bytes === Buffer.byteLength(start);
    const text = `${fresh ? start : ''}${rejectText(this.#format, rejections, first)}`;
    await this.#put(this.#regular ? text + closing(this.#format) : text, this.#bytes);
    if (this.#regular) await this.#handle.datasync();
    this.#bytes += Buffer.byteLength(text);
    this.#hash.update(text);
  }

  async close(): Promise<void> {
    if (!this.#regular && this.#bytes > 0) await this.#put(closing(this.#format), this.#bytes);
    await this.#handle.close();
  }

  async #put(text: string, position: number): Promise<void> {
    const bytes = Buffer.from(text);
    for (let done = 0; done < bytes.length; ) {
      const at = this.#regular ? position + done : null;
      const { bytesWritten } = await this.#handle.write(bytes, done, bytes.length - done, at);
      done += bytesWritten;
    }
  }
}

/** Which file of which disk. */
export function inodeOf({ dev, ino }: BigIntStats): string {
  return `${dev}:${ino}`;
}

/** Whatever has the name, be it a link to a file elsewhere, keeps its content under another; nothing is lost with an empty file. */
async function makeWay(path: string): Promise<void> {
  const there = await lstat(path).catch(() => undefined);
  if (!there) return;
  await (there.isFile() && there.size === 0 ? rm(path) : rename(path, await freeName(path)));
}

/** `users.rejected.csv` makes way as `users.rejected.1.csv`, or the first number that is free. */
async function freeName(path: string): Promise<string> {
  const { dir, name, ext } = parse(path);
  for (let n = 1; ; n++) {
    const candidate = join(dir, `${name}.${n}${ext}`);
    if (!(await lstat(candidate).catch(() => undefined))) return candidate;
  }
}
