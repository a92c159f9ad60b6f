/** The kinds of file that the reader understands. */
export type Format = 'csv' | 'tsv' | 'json' | 'ndjson';

/** The header of a CSV or TSV file. */
export interface Table {
  /** Column names in the order of the file, as they stand there after unquoting. */
  readonly columns: readonly string[];
  /** The header as it stands in the file, without its line end. */
  readonly raw: string;
  /** One character. */
  readonly delimiter: string;
}

/** One input as it was found before its first record was read. */
export interface SourceFile {
  /** Position among the inputs of the run, from 0. */
  readonly index: number;
  /** As the user wrote it, or as a glob found it; `<stdin>` for standard input. */
  readonly path: string;
  readonly format: Format;
  /** What the bytes were decoded as, in WHATWG's lower-case names: `utf-8`, `utf-16le`, `windows-1252`. */
  readonly encoding: string;
  /** `gzip`, `brotli`, `zstd`, when the bytes were compressed. */
  readonly compression?: string;
  /** Present for csv and tsv. */
  readonly table?: Table;
}

interface Located {
  readonly file: SourceFile;
  /** The line of the file on which the record starts, from 1, header included. */
  readonly line: number;
  /** The record as it stands in the file, without its line end. */
  readonly raw: string;
}

/** A row of a table. Its cells match the header in number. */
export interface RowRecord extends Located {
  readonly kind: 'row';
  readonly cells: readonly string[];
}

/** An element of a JSON array, a line of NDJSON, or a JSON document of its own. */
export interface JsonRecord extends Located {
  readonly kind: 'json';
  /** Any JSON value: whether it is an object is for the next stage to say. */
  readonly value: unknown;
  /** What the text holds and `value` cannot: duplicate keys, numbers beyond 2^53. */
  readonly lossy?: readonly string[];
}

/** A record whose bounds are known but whose text cannot be read: a ragged row, a line that is not JSON. */
export interface FaultyRecord extends Located {
  readonly kind: 'faulty';
  /** What was expected, in words that are the same for every record with this fault. */
  readonly reason: string;
  /** What was found instead, shortened. */
  readonly found?: string;
  readonly hint?: string;
}

/** One record of an input, before it is looked at as a user. */
export type SourceRecord = RowRecord | JsonRecord | FaultyRecord;
