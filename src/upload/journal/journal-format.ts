import { crc32 } from 'node:zlib';
import { isObject } from '../../contract/json.ts';
import { digest } from '../../digest.ts';
import type { Range } from './ranges.ts';

/** An input at the start of a run. */
export interface InputIdentity {
  /** Absolute path. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
}

/** What makes two runs the same upload. */
export interface UploadIdentity {
  /** Absent for `users upload`. Each other command has its own journals. */
  readonly command?: string;
  readonly server: string;
  /** See `keyFingerprint`. */
  readonly key: string;
  readonly inputs: readonly InputIdentity[];
  /** The settings that affect how records are mapped. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** The first `bytes` bytes of a file, identified by their SHA-256 in hex. */
export interface FileMark {
  readonly bytes: number;
  readonly sha256: string;
}

/** The part of a rejects file that belongs to records that are done. */
export interface RejectMark extends FileMark {
  /** Device and inode. */
  readonly inode?: string;
}

/** By path. */
export type RejectMarks = Readonly<Record<string, RejectMark>>;

/** Records about to be written to a rejects file. They are done if the file matches `mark`. */
export interface PendingRows {
  readonly path: string;
  readonly mark: RejectMark;
  readonly done: readonly Range[];
}

/** What is done. Each line of a journal adds to the lines before it. */
export interface Progress {
  /** Positions of records that are stored, rejected or superseded. */
  readonly done: readonly Range[];
  /** Of all runs of this upload. */
  readonly counts: { readonly uploaded: number; readonly rejected: number; readonly superseded: number };
  readonly rejects: RejectMarks;
  /**
   * Written before the rejects files. If no later line marks these records as done, the run was killed.
   */
  readonly pending?: readonly PendingRows[];
  /** The progress of each input that was read further since the previous line. `input`: its index. */
  readonly read: readonly (readonly [input: number, mark: FileMark])[];
  /** Every record has an outcome. */
  readonly finished?: boolean;
}

export interface JournalHeader {
  readonly version: 1;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly identity: UploadIdentity;
}

/** The file name of a journal. Uploads of the same inputs to the same server share a journal. */
export function journalName(identity: UploadIdentity): string {
  return `${inputsPart(identity)}-${digest(identity.server, 8)}.journal`;
}

/** The prefix that the journals of a command with the same inputs share. */
export function inputsPart(identity: UploadIdentity): string {
  const { command, inputs } = identity;
  const paths = inputs.map(({ path }) => path);
  return digest(JSON.stringify(command === undefined ? paths : [command, paths]), 16);
}

/** A line of a journal: a checksum, which detects a line that a power failure cut short, then JSON. */
export function journalLine(entry: JournalHeader | Progress): string {
  const json = JSON.stringify(entry);
  return `${checksum(json)} ${json}\n`;
}

/** The lines of a journal before the first damaged one. Undefined if that is the header. */
export function parseJournal(
  text: string,
): { readonly header: JournalHeader; readonly progress: readonly Progress[] } | undefined {
  const entries: unknown[] = [];
  for (let from = 0; ; ) {
    const end = text.indexOf('\n', from);
    if (end < 0) break;
    const line = text.slice(from, end);
    const json = line.slice(9);
    if (line.slice(0, 9) !== `${checksum(json)} `) break;
    entries.push(JSON.parse(json));
    from = end + 1;
  }
  const [header, ...progress] = entries;
  if (!isHeader(header)) return undefined;
  return { header, progress: progress as Progress[] };
}

function isHeader(entry: unknown): entry is JournalHeader {
  return isObject(entry) && entry['version'] === 1;
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, '0');
}
