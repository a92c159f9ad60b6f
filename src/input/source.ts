import type { Format } from './formats.ts';

/** The header of a CSV or TSV file. */
export interface Table {
  /** Column names in the order of the file, unquoted. */
  readonly columns: readonly string[];
  /** The header as it is in the file, without its line end. */
  readonly raw: string;
  /** One character. */
  readonly delimiter: string;
  /** The file was written with --safe-csv: see `safeCsvColumn`. */
  readonly safe?: true;
}

/** What is known of an input before its first record is read. */
export interface SourceFile {
  /** Position among the inputs of the run, from 0. */
  readonly index: number;
  /** As specified by the user or matched by a glob; `<stdin>` for standard input. */
  readonly path: string;
  readonly format: Format;
  /** WHATWG's name in lower case: `utf-8`, `utf-16le`, `windows-1252`. */
  readonly encoding: string;
  /** The text starts with a UTF-8 byte order mark. */
  readonly bom?: true;
  /** The first line ends with CRLF. */
  readonly crlf?: true;
  /** `gzip`, `brotli` or `zstd`, if the bytes were compressed. */
  readonly compression?: string;
  /** Present for csv and tsv. */
  readonly table?: Table;
}

interface Located {
  readonly file: SourceFile;
  /** The line of the file on which the record starts, from 1, including the header. */
  readonly line: number;
  /** The record as it is in the file, without its line end. */
  readonly raw: string;
}

/** A row of a table, with one cell for each of the table's columns. */
export interface RowRecord extends Located {
  readonly kind: 'row';
  readonly cells: readonly string[];
}

/** An element of a JSON array, a line of NDJSON, or a whole JSON document. */
export interface JsonRecord extends Located {
  readonly kind: 'json';
  /** Any JSON value; the next stage checks whether it is an object. */
  readonly value: unknown;
  /** What `value` lost: duplicate keys, digits of numbers beyond 2^53. */
  readonly lossy?: readonly string[];
}

/** A record whose bounds are known but whose text cannot be parsed: a ragged row, a line that is not JSON. */
export interface FaultyRecord extends Located {
  readonly kind: 'faulty';
  /** What was expected, worded the same for every record with this fault. */
  readonly reason: string;
  /** What was found instead, shortened. */
  readonly found?: string;
  /** Lines of a table that a quote joined to the first one: they may have been rows of their own. */
  readonly joinedLines?: number;
  readonly hint?: string;
}

/** One record of an input, before it is checked as a user. */
export type SourceRecord = RowRecord | JsonRecord | FaultyRecord;
