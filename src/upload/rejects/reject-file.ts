import { createHash, type Hash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { dirname } from 'node:path';
import { type Disk, type OpenFile, openFlags, ownerOnly, syncFolder } from '../../files/disk.ts';
import { isDevice } from '../../files/same-file.ts';
import { writeAt } from '../../files/write.ts';
import type { Rejection } from '../../records/record.ts';
import { hashOfStart } from '../journal/identity.ts';
import type { RejectMark } from '../journal/journal-format.ts';
import { closing, opening, type RejectFormat, rejectText } from './reject-format.ts';

/** A file of rejected records, readable by its owner only. It is valid in its format after each write. */
export class RejectFile {
  readonly #file: OpenFile;
  readonly #format: RejectFormat;
  /** A device or pipe can only be appended to. */
  readonly isRegular: boolean;
  readonly #inode: string;
  #hash: Hash;
  /** Length without the closing bracket. */
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
    this.isRegular = parts.isRegular;
    this.#inode = inodeOf(parts.stats);
    this.#hash = parts.hash;
    this.#bytes = parts.bytes;
  }

  /** Creates an empty file. Fails with EEXIST when it exists. */
  static async create(path: string, format: RejectFormat, disk: Disk): Promise<RejectFile> {
    const isRegular = !(await isDevice(path));
    const file = await disk.open(
      path,
      isRegular ? openFlags.createForUpdate : openFlags.appendDevice,
      ownerOnly,
    );
    if (isRegular) await syncFolder(dirname(path), disk);
    const stats = await file.stat({ bigint: true });
    return new RejectFile({ file, format, stats, isRegular, hash: createHash('sha256'), bytes: 0 });
  }

  /** Continues a file of an interrupted run. Anything beyond the mark is cut off. */
  static async resume(
    path: string,
    { format, mark: { bytes }, disk }: { format: RejectFormat; mark: RejectMark; disk: Disk },
  ): Promise<RejectFile> {
    const isRegular = !(await isDevice(path));
    const file = await disk.open(path, isRegular ? openFlags.update : openFlags.appendDevice, ownerOnly);
    const stats = await file.stat({ bigint: true });
    const hash = isRegular ? await hashOfStart(path, bytes) : createHash('sha256');
    const resumed = new RejectFile({ file, format, stats, isRegular, hash, bytes });
    if (isRegular) await resumed.#cut();
    return resumed;
  }

  get mark(): RejectMark {
    return { bytes: this.#bytes, sha256: this.#hash.copy().digest('hex'), inode: this.#inode };
  }

  /**
   * Prepares records to write, with the mark that the file will have. Only one write may be prepared at a
   * time.
   */
  prepare(rejections: readonly Rejection[]): {
    readonly mark: RejectMark;
    readonly write: () => Promise<void>;
  } {
    const start = opening(this.#format);
    const isEmpty = this.#bytes === 0;
    const isFirst = isEmpty || this.#bytes === Buffer.byteLength(start);
    const text = `${isEmpty ? start : ''}${rejectText(this.#format, rejections, isFirst)}`;
    const hash = this.#hash.copy().update(text);
    const bytes = this.#bytes + Buffer.byteLength(text);
    return {
      mark: { bytes, sha256: hash.copy().digest('hex'), inode: this.#inode },
      write: async () => {
        await this.#append(text);
        this.#bytes = bytes;
        this.#hash = hash;
      },
    };
  }

  /** Resolves once the text is on disk. */
  async #append(text: string): Promise<void> {
    if (!this.isRegular) return await this.#write(text);
    try {
      await this.#write(text + closing(this.#format));
      await this.#file.datasync();
    } catch (error) {
      // A full disk may have accepted part of the text.
      await this.#cut().catch(() => {});
      throw error;
    }
  }

  /** Removes everything beyond the mark. */
  async #cut(): Promise<void> {
    await this.#file.truncate(this.#bytes);
    if (this.#bytes > 0) await this.#write(closing(this.#format));
  }

  async close(): Promise<void> {
    if (!this.isRegular && this.#bytes > 0) await this.#write(closing(this.#format));
    await this.#file.close();
  }

  /** Overwrites the closing bracket. */
  async #write(text: string): Promise<void> {
    await writeAt(this.#file, Buffer.from(text), this.isRegular ? this.#bytes : null);
  }
}

/** Identifies a file independently of its path. */
export function inodeOf({ dev, ino }: BigIntStats): string {
  return `${dev}:${ino}`;
}
