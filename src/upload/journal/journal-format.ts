import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { isObject } from '../../contract/json.ts';
import type { Range } from './ranges.ts';

/** One input as it was when the run began. */
export interface InputIdentity {
  /** Absolute path. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
}

/** What an upload is: a journal fits only the same again. */
export interface UploadIdentity {
  readonly server: string;
  /** Fingerprint of the key; the key itself is in no file. */
  readonly key: string;
  readonly inputs: readonly InputIdentity[];
  /** The settings that affect how records are mapped. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** How much of a file is accounted for, and what it held: SHA-256 of its first `bytes` bytes, in hex. */
export interface FileMark {
  readonly bytes: number;
  readonly sha256: string;
}

/** What a rejects file holds of the records that are done. */
export interface RejectMark extends FileMark {
  /** Which file it was, whatever stands under its name later. */
  readonly inode?: string;
}

/** By path. */
export type RejectMarks = Readonly<Record<string, RejectMark>>;

/** What is known to have come to its end. Each line of a journal adds its part to those before. */
export interface Progress {
  /** Positions of records that are stored, rejected or superseded. */
  readonly done: readonly Range[];
  /** How many of each, over all runs so far. */
  readonly counts: { readonly uploaded: number; readonly rejected: number; readonly superseded: number };
  readonly rejects: RejectMarks;
  /** What was read, by position of the input; only of inputs that were read further since the line before. */
  readonly read: readonly (readonly [input: number, mark: FileMark])[];
  /** Nothing is left to do. */
  readonly finished?: boolean;
}

export interface JournalHeader {
  readonly version: 1;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly identity: UploadIdentity;
}

/** Name of the journal of an upload: the same inputs to the same server share one. */
export function journalName(identity: UploadIdentity): string {
  return `${inputsPart(identity)}-${digest(identity.server, 8)}.journal`;
}

/** What the names of all journals of the same inputs begin with. */
export function inputsPart(identity: UploadIdentity): string {
  return digest(JSON.stringify(identity.inputs.map(({ path }) => path)), 16);
}

/** Not the key, and no way back to it: enough to see that two keys differ. */
export function keyFingerprint(key: string): string {
  return digest(`miso key ${key}`, 12);
}

function digest(text: string, length: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length);
}

/** One line of a journal: its checksum, then JSON. A line that was cut by a power failure does not match its checksum. */
export function journalLine(entry: JournalHeader | Progress): string {
  const json = JSON.stringify(entry);
  return `${checksum(json)} ${json}\n`;
}

/** The lines of a journal up to the first that is damaged. */
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
