import { InputError } from '../../errors.ts';
import { type Limits, sizeInWords } from '../limits.ts';
import type { RecordParser } from '../parse-records.ts';
import type { FaultyRecord, JsonRecord, SourceFile, SourceRecord } from '../source.ts';
import { findJsonFault } from './json-fault.ts';
import { jsonRecord } from './json-record.ts';
import { afterSpace } from './value-scanner.ts';

/** Reads NDJSON: one record a line, blank lines aside. A line that cannot be read costs only itself. */
export class NdjsonParser implements RecordParser {
  readonly #file: SourceFile;
  readonly #limits: Limits;
  #rest = '';
  #line = 1;

  constructor(file: SourceFile, limits: Limits) {
    this.#file = file;
    this.#limits = limits;
  }

  push(text: string, records: SourceRecord[]): void {
    const all = this.#rest + text;
    let start = 0;
    for (let end = all.indexOf('\n', this.#rest.length); end !== -1; end = all.indexOf('\n', start)) {
      const raw = all.slice(start, all.charCodeAt(end - 1) === 0x0d ? Math.max(start, end - 1) : end);
      if (raw.length > this.#limits.recordLength) throw this.#tooLong();
      if (!isBlank(raw)) records.push(this.#record(raw));
      this.#line++;
      start = end + 1;
    }
    this.#rest = all.slice(start);
    if (this.#rest.length > this.#limits.recordLength) throw this.#tooLong();
  }

  end(records: SourceRecord[]): void {
    const raw = this.#rest.endsWith('\r') ? this.#rest.slice(0, -1) : this.#rest;
    if (isBlank(raw)) return;
    const record = this.#record(raw);
    if (record.kind === 'faulty' && findJsonFault(raw)?.at === raw.length) throw this.#cut();
    records.push(record);
  }

  #record(raw: string): JsonRecord | FaultyRecord {
    const record = jsonRecord({ file: this.#file, line: this.#line, raw });
    if (record.kind === 'json') return Array.isArray(record.value) ? this.#arrayLine(raw) : record;
    if (!record.reason.endsWith('after the end of the record')) return record;
    return {
      ...record,
      reason: 'expected one JSON object a line',
      hint: 'Put each object on a line of its own.',
    };
  }

  #arrayLine(raw: string): FaultyRecord {
    return {
      kind: 'faulty',
      file: this.#file,
      line: this.#line,
      raw,
      reason: 'expected one JSON object a line',
      found: 'an array',
      hint: 'A file that is one JSON array is read with --format json.',
    };
  }

  #cut(): InputError {
    const place = { file: this.#file.path, line: this.#line };
    return new InputError(
      `${place.file}, line ${place.line}: the file ends in the middle of this record.`,
      place,
      {
        hint: 'The file was cut: export or copy it again.',
      },
    );
  }

  #tooLong(): InputError {
    const place = { file: this.#file.path, line: this.#line };
    const size = sizeInWords(this.#limits.recordLength);
    return new InputError(`${place.file}, line ${place.line}: the line is longer than ${size}.`, place, {
      hint: 'Is this NDJSON, one object a line? One JSON array is read with --format json.',
    });
  }
}

function isBlank(line: string): boolean {
  return afterSpace(line, 0) >= line.length;
}
