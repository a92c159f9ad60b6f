import { skipSpace } from '../../contract/json-text.ts';
import { InputError } from '../../errors.ts';
import { type Limits, lengthInWords, type RecordParser } from '../record-parser.ts';
import type { FaultyRecord, JsonRecord, SourceFile, SourceRecord } from '../source.ts';
import { markWarnings } from '../text/byte-order-marks.ts';
import { NextIndex } from '../text/line-ends.ts';
import { PendingText } from '../text/pending-text.ts';
import { findJsonFault } from './json-fault.ts';
import { jsonRecord } from './json-record.ts';

const byteOrderMark = 0xfeff;
/** Before each record of a JSON text sequence (RFC 7464), as written by `jq --seq`. */
const recordSeparator = 0x1e;

/**
 * Reads NDJSON: one record per line. Lines end with LF, CR or CRLF; blank lines are skipped. An invalid line
 * does not affect the others.
 */
export class NdjsonParser implements RecordParser {
  readonly #file: SourceFile;
  readonly #limits: Limits;
  readonly #pending: PendingText;
  readonly #lf = new NextIndex('\n');
  readonly #cr = new NextIndex('\r');
  #line = 1;
  #byteOrderMarks = 0;

  constructor(file: SourceFile, limits: Limits) {
    this.#file = file;
    this.#limits = limits;
    this.#pending = new PendingText(limits.recordLength);
  }

  push(text: string, records: SourceRecord[]): void {
    const pending = this.#pending.add(text);
    if (pending === undefined) return;
    const rest = this.#takeLines(pending, records);
    this.#pending.keep(rest);
    if (rest.length > this.#limits.recordLength) throw this.#tooLong();
  }

  end(records: SourceRecord[]): void {
    // After a long line, the last pieces can hold more lines that were not parsed yet.
    const rest = this.#takeLines(this.#pending.take(), records);
    const raw = rest.endsWith('\r') ? rest.slice(0, -1) : rest;
    const before = records.length;
    this.#take(raw, records);
    if (records[before]?.kind === 'faulty' && findJsonFault(raw)?.at === raw.length) {
      records.pop();
      throw this.#incomplete();
    }
  }

  warnings(): string[] {
    return markWarnings(this.#file.path, this.#byteOrderMarks);
  }

  /** Takes the lines that have ended, and returns the rest of the text. */
  #takeLines(text: string, records: SourceRecord[]): string {
    this.#lf.load(text);
    this.#cr.load(text);
    let start = 0;
    for (let end = this.#lineEnd(0); end < text.length; end = this.#lineEnd(start)) {
      const crlf = text[end] === '\r' && text[end + 1] === '\n';
      // An LF at the start of the next piece would belong to this CR.
      if (text[end] === '\r' && end === text.length - 1) break;
      this.#take(text.slice(start, end), records);
      this.#line++;
      start = end + (crlf ? 2 : 1);
    }
    return text.slice(start);
  }

  #lineEnd(from: number): number {
    return Math.min(this.#lf.from(from), this.#cr.from(from));
  }

  #take(line: string, records: SourceRecord[]): void {
    if (line.length > this.#limits.recordLength) throw this.#tooLong();
    const first = line.charCodeAt(0);
    if (first === byteOrderMark) this.#byteOrderMarks++;
    const raw = first === byteOrderMark || first === recordSeparator ? line.slice(1) : line;
    if (skipSpace(raw, 0) < raw.length) records.push(this.#record(raw));
  }

  #record(raw: string): JsonRecord | FaultyRecord {
    const record = jsonRecord({ file: this.#file, line: this.#line, raw });
    if (record.kind === 'json') return Array.isArray(record.value) ? this.#arrayLine(raw) : record;
    if (!record.reason.endsWith('after the end of the record')) return record;
    const comma = /,\s*$/.test(raw) && findJsonFault(raw.trimEnd().slice(0, -1)) === undefined;
    return {
      ...record,
      reason: 'expected one JSON object per line',
      hint: comma
        ? 'Remove the comma after the object.'
        : 'Put each object on its own line, or use --format json.',
    };
  }

  #arrayLine(raw: string): FaultyRecord {
    return {
      kind: 'faulty',
      file: this.#file,
      line: this.#line,
      raw,
      reason: 'expected one JSON object per line',
      found: 'an array',
      hint: 'For a file that is one JSON array, use --format json.',
    };
  }

  #incomplete(): InputError {
    return this.#error('the file ends in the middle of this record', {
      hint: 'The file is incomplete: export or copy it again.',
    });
  }

  #tooLong(): InputError {
    return this.#error(`the line is longer than ${lengthInWords(this.#limits.recordLength)}`, {
      hint: 'Is this NDJSON, one object per line? For one JSON array, use --format json.',
    });
  }

  #error(what: string, options: { hint: string }): InputError {
    const place = { file: this.#file.path, line: this.#line };
    return new InputError(`${place.file}, line ${place.line}: ${what}.`, place, options);
  }
}
