import type { JsonRecord, RowRecord, SourceFile, SourceRecord } from '../input/source.ts';
import { reasonsColumn } from '../records/reasons-column.ts';
import type { Rejection } from '../records/record.ts';
import type { SendableRecord } from './item.ts';

/** Texts as UTF-8 with a comma between each two, so that neighbours can be sent without a copy of each. */
interface Texts {
  readonly utf8: Uint8Array<ArrayBuffer>;
  /** Where each ends; the next begins behind the comma. */
  readonly ends: Int32Array<ArrayBuffer>;
}

/**
 * Shaped records in a form that crosses from one thread to another at the cost of a few buffers: strings by the
 * thousand would have to be made again on the other side.
 */
export interface PackedRecords {
  readonly file: number;
  /** Of the good records, in order. */
  readonly ids: readonly string[];
  readonly lines: Float64Array<ArrayBuffer>;
  readonly json: Texts;
  /** As they stand in the file; absent when that is the JSON itself. */
  readonly raw?: Texts;
  /** Cells, for a table that has a column of reasons, which a rejects file has to take out again. */
  readonly cells?: readonly (readonly string[])[];
  /** Rejected records, with the place among all in which each stands. */
  readonly rejected: readonly (readonly [index: number, rejection: PackedRejection])[];
}

type PackedRejection = Omit<Rejection, 'source'> & { readonly source: Omit<SourceRecord, 'file'> };

/** Packs shaped records of one file, and lists the buffers that may be handed over instead of copied. */
export function pack(
  shaped: readonly (SendableRecord | Rejection)[],
  file: SourceFile,
): { packed: PackedRecords; transfer: ArrayBuffer[] } {
  const users = shaped.filter((one) => one.kind === 'user');
  const json = textsOf(users.map((user) => textOfRecord(user)));
  const raws = users.map(({ source }) => source.raw);
  const sameAsJson = users.every((user, n) => user.json === raws[n]);
  const raw = sameAsJson ? undefined : textsOf(raws);
  const lines = Float64Array.from(users, ({ source }) => source.line);
  const packed = {
    file: file.index,
    ids: users.map(({ id }) => id),
    lines,
    json,
    ...(raw ? { raw } : {}),
    ...(file.table?.columns.at(-1) === reasonsColumn
      ? { cells: users.map(({ source }) => (source.kind === 'row' ? source.cells : [])) }
      : {}),
    rejected: shaped.flatMap((one, index) =>
      one.kind === 'rejected' ? [[index, withoutFile(one)] as const] : [],
    ),
  };
  const buffers = [json.utf8, json.ends, lines, ...(raw ? [raw.utf8, raw.ends] : [])];
  return { packed, transfer: buffers.map(({ buffer }) => buffer) };
}

/** The records again, in their order. */
export function unpack(packed: PackedRecords, files: readonly SourceFile[]): (SendableRecord | Rejection)[] {
  const file = files[packed.file]!;
  const shaped: (SendableRecord | Rejection)[] = packed.ids.map((_, n) => new PackedUser(packed, n, file));
  // From the first on, so that each finds its place among those before it.
  for (const [index, rejection] of packed.rejected) {
    shaped.splice(index, 0, { ...rejection, source: { ...rejection.source, file } as SourceRecord });
  }
  return shaped;
}

class PackedUser implements SendableRecord {
  readonly kind = 'user';
  readonly id: string;
  readonly bytes: number;
  readonly #packed: PackedRecords;
  readonly #n: number;
  readonly #file: SourceFile;

  constructor(packed: PackedRecords, n: number, file: SourceFile) {
    this.id = packed.ids[n]!;
    this.bytes = packed.json.ends[n]! - start(packed.json, n);
    this.#packed = packed;
    this.#n = n;
    this.#file = file;
  }

  get json(): Uint8Array {
    return slice(this.#packed.json, this.#n, this.#n);
  }

  /** The JSON of this record and, as long as each stood right behind the one before, of those that follow `at` in `records`. */
  jsonFrom(
    records: readonly SendableRecord[],
    at: number,
  ): { readonly json: Uint8Array; readonly next: number } {
    let next = at + 1;
    for (; next < records.length; next++) {
      const record = records[next]!;
      if (!(record instanceof PackedUser)) break;
      if (record.#packed !== this.#packed || record.#n !== this.#n + next - at) break;
    }
    return { json: slice(this.#packed.json, this.#n, this.#n + next - at - 1), next };
  }

  get source(): SourceRecord {
    return this.#file.table
      ? new PackedRow(this.#packed, this.#n, this.#file)
      : new PackedJson(this.#packed, this.#n, this.#file);
  }
}

/** Where a record came from. Its text is made when it is asked for, which only a rejected record's is. */
class PackedSource {
  readonly file: SourceFile;
  readonly line: number;
  protected readonly packed: PackedRecords;
  protected readonly n: number;

  constructor(packed: PackedRecords, n: number, file: SourceFile) {
    this.packed = packed;
    this.n = n;
    this.file = file;
    this.line = packed.lines[n]!;
  }

  get raw(): string {
    return decode(slice(this.packed.raw ?? this.packed.json, this.n, this.n));
  }
}

class PackedRow extends PackedSource implements RowRecord {
  readonly kind = 'row';

  get cells(): readonly string[] {
    return this.packed.cells?.[this.n] ?? [];
  }
}

class PackedJson extends PackedSource implements JsonRecord {
  readonly kind = 'json';

  get value(): unknown {
    return JSON.parse(this.raw);
  }
}

/** The JSON of all records in few pieces, to be put together with a comma between each two. */
export function jsonPieces(records: readonly SendableRecord[]): readonly (string | Uint8Array)[] {
  const pieces: (string | Uint8Array)[] = [];
  for (let at = 0; at < records.length; ) {
    const record = records[at]!;
    const { json, next } =
      record instanceof PackedUser ? record.jsonFrom(records, at) : { json: record.json, next: at + 1 };
    pieces.push(json);
    at = next;
  }
  return pieces;
}

/** The record's JSON as text. */
export function textOfRecord({ json }: SendableRecord): string {
  return typeof json === 'string' ? json : decode(json);
}

function withoutFile({ source: { file: _, ...source }, ...rest }: Rejection): PackedRejection {
  return { ...rest, source };
}

function textsOf(texts: readonly string[]): Texts {
  const whole = texts.join(',');
  const utf8 = new TextEncoder().encode(whole);
  const isAscii = utf8.length === whole.length;
  const ends = new Int32Array(texts.length);
  let start = 0;
  for (const [n, text] of texts.entries()) {
    const end = start + (isAscii ? text.length : Buffer.byteLength(text));
    ends[n] = end;
    start = end + 1;
  }
  return { utf8, ends };
}

function start({ ends }: Texts, n: number): number {
  return n === 0 ? 0 : ends[n - 1]! + 1;
}

/** The texts from one up to and including another, with the commas between them. */
function slice(texts: Texts, first: number, last: number): Uint8Array {
  return texts.utf8.subarray(start(texts, first), texts.ends[last]);
}

function decode(utf8: Uint8Array): string {
  return Buffer.from(utf8.buffer, utf8.byteOffset, utf8.length).toString();
}
