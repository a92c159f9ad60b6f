import { createHash, type Hash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { lstat, rename, rm } from 'node:fs/promises';
import { dirname, join, parse } from 'node:path';
import { type Disk, type OpenFile, openFlags, ownerOnly, syncFolder } from '../../files/disk.ts';
import { isDevice } from '../../files/same-file.ts';
import { writeAt } from '../../files/write.ts';
import type { Rejection } from '../../records/record.ts';
import { hashOfStart } from '../journal/identity.ts';
import type { RejectMark } from '../journal/journal-format.ts';
import { closing, opening, type RejectFormat, rejectText } from './reject-format.ts';

/** A file of rejected records, readable by its owner only. After each write it is valid in its format. */
export class RejectFile {
  readonly #file: OpenFile;
  readonly #format: RejectFormat;
  /** A device or pipe can only be appended to. */
  readonly #isRegular: boolean;
  readonly #inode: string;
  readonly #hash: Hash;
  /** Length without the closing. */
  #bytes: number;

  private constructor(parts: {
    readonly file: OpenFile;
    readonly format: RejectFormat;
    readonly stats: BigIntStats;
    readonly isRegular: boolean;
    readonly hash: Hash;
    readonly bytes: number;
  }) {
    this.#file = parts.file;
    this.#format = parts.format;
    this.#isRegular = parts.isRegular;
    this.#inode = inodeOf(parts.stats);
    this.#hash = parts.hash;
    this.#bytes = parts.bytes;
  }

  /** Creates an empty file. An existing file is renamed, unless it is empty. */
  static async create(path: string, format: RejectFormat, disk: Disk): Promise<RejectFile> {
    const isRegular = !(await isDevice(path));
    if (isRegular) await moveAside(path);
    const file = await disk.open(
      path,
      isRegular ? openFlags.createForUpdate : openFlags.appendDevice,
      ownerOnly,
    );
    if (isRegular) await syncFolder(dirname(path), disk);
    const stats = await file.stat({ bigint: true });
    return new RejectFile({ file, format, stats, isRegular, hash: createHash('sha256'), bytes: 0 });
  }

  /** Continues a file of an interrupted run. What it wrote beyond the mark is cut off. */
  static async resume(
    path: string,
    { format, mark: { bytes }, disk }: { format: RejectFormat; mark: RejectMark; disk: Disk },
  ): Promise<RejectFile> {
    const isRegular = !(await isDevice(path));
    const file = await disk.open(path, isRegular ? openFlags.update : openFlags.appendDevice, ownerOnly);
    const stats = await file.stat({ bigint: true });
    const hash = isRegular ? await hashOfStart(path, bytes) : createHash('sha256');
    if (isRegular) await file.truncate(bytes);
    const resumed = new RejectFile({ file, format, stats, isRegular, hash, bytes });
    if (isRegular && bytes > 0) await resumed.#write(closing(format));
    return resumed;
  }

  get mark(): RejectMark {
    return { bytes: this.#bytes, sha256: this.#hash.copy().digest('hex'), inode: this.#inode };
  }

  /** Resolves once the records are on disk. */
  async append(rejections: readonly Rejection[]): Promise<void> {
    const start = opening(this.#format);
    const isEmpty = this.#bytes === 0;
    const isFirst = isEmpty || this.#bytes === Buffer.byteLength(start);
    const text = `${isEmpty ? start : ''}${rejectText(this.#format, rejections, isFirst)}`;
    await this.#write(this.#isRegular ? text + closing(this.#format) : text);
    if (this.#isRegular) await this.#file.datasync();
    this.#bytes += Buffer.byteLength(text);
    this.#hash.update(text);
  }

  async close(): Promise<void> {
    if (!this.#isRegular && this.#bytes > 0) await this.#write(closing(this.#format));
    await this.#file.close();
  }

  /** Writes over the closing. */
  async #write(text: string): Promise<void> {
    await writeAt(this.#file, Buffer.from(text), this.#isRegular ? this.#bytes : null);
  }
}

/** Identifies a file independently of its path. */
export function inodeOf({ dev, ino }: BigIntStats): string {
  return `${dev}:${ino}`;
}

/** Removes an empty file, and renames anything else that has this name. A folder is left in place. */
async function moveAside(path: string): Promise<void> {
  const stats = await lstat(path).catch(() => undefined);
  if (!stats || stats.isDirectory()) return;
  if (stats.isFile() && stats.size === 0) await rm(path);
  else await rename(path, await freeName(path));
}

/** `users.rejected.csv` → `users.rejected.1.csv`, or the first number that is free. */
async function freeName(path: string): Promise<string> {
  const { dir, name, ext } = parse(path);
  for (let n = 1; ; n++) {
    const candidate = join(dir, `${name}.${n}${ext}`);
    if (!(await lstat(candidate).catch(() => undefined))) return candidate;
  }
}
