import { skipSpace } from '../../contract/json-text.ts';
import { InputError } from '../../errors.ts';
import type { RecordParser } from '../record-parser.ts';
import { type Limits, lengthInWords } from '../record-parser.ts';
import type { FaultyRecord, JsonRecord, SourceFile, SourceRecord } from '../source.ts';
import { findJsonFault } from './json-fault.ts';
import { jsonRecord } from './json-record.ts';

/** Reads NDJSON: one record per line; blank lines are skipped. An invalid line does not affect the others. */
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
      reason: 'expected one JSON object per line',
      hint: 'Put each object on its own line.',
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

  #cut(): InputError {
    const place = { file: this.#file.path, line: this.#line };
    return new InputError(
      `${place.file}, line ${place.line}: the file ends in the middle of this record.`,
      place,
      {
        hint: 'The file is incomplete: export or copy it again.',
      },
    );
  }

  #tooLong(): InputError {
    const place = { file: this.#file.path, line: this.#line };
    const size = lengthInWords(this.#limits.recordLength);
    return new InputError(`${place.file}, line ${place.line}: the line is longer than ${size}.`, place, {
      hint: 'Is this NDJSON, one object per line? For one JSON array, use --format json.',
    });
  }
}

function isBlank(line: string): boolean {
  return skipSpace(line, 0) >= line.length;
}
