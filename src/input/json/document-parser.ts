import { skipSpace } from '../../contract/json-text.ts';
import { type Limits, lengthInWords, type RecordParser } from '../record-parser.ts';
import type { SourceFile, SourceRecord } from '../source.ts';
import { markWarnings } from '../text/byte-order-marks.ts';
import { LineCounter } from '../text/line-ends.ts';
import { PendingText } from '../text/pending-text.ts';
import { DocumentFaults } from './document-faults.ts';
import { Envelope } from './envelope.ts';
import { jsonRecord, tooDeep } from './json-record.ts';
import { maxDepth, ValueScanner, valueEnd } from './value-scanner.ts';
import { examineObject, listWarning, wrapperWarning } from './wrapper.ts';

/** The position of the parser in the document. */
type Stage =
  | 'start'
  | 'first' // before the first element of the list, or its end
  | 'element' // after a comma of the list
  | 'separator' // after an element of the list
  | 'object' // at the brace of an object that is not known to be a record or a wrapper
  | 'record' // at the brace of a record
  | 'envelope' // after the list in a wrapper
  | 'done';

/**
 * Reads JSON documents, usually one: a list of records, an object with such a list, or a record. There may be
 * several in a row, as paginated APIs and pretty-printing programs write them.
 */
export class DocumentParser implements RecordParser {
  readonly #file: SourceFile;
  readonly #limits: Limits;
  readonly #faults: DocumentFaults;
  readonly #scanner = new ValueScanner();
  readonly #lines = new LineCounter();
  readonly #pending: PendingText;
  readonly #warnings = new Set<string>();
  /** The first list of objects in an object that is still incomplete. */
  #list: string | undefined;
  #byteOrderMarks = 0;
  #stage: Stage = 'start';
  /** The objects around the current list. */
  #envelope: Envelope | undefined;
  /** Text that is not consumed yet, from `#at` on. */
  #text = '';
  #at = 0;
  #last = false;

  constructor(file: SourceFile, limits: Limits) {
    this.#file = file;
    this.#limits = limits;
    this.#faults = new DocumentFaults(file.path);
    this.#pending = new PendingText(limits.recordLength);
  }

  push(text: string, records: SourceRecord[]): void {
    const pending = this.#pending.add(text);
    if (pending !== undefined) this.#read(pending, records);
  }

  end(records: SourceRecord[]): void {
    this.#last = true;
    // A space completes a number or a word at the end of the text.
    this.#read(`${this.#pending.take()} `, records);
    if (this.#stage === 'object' || this.#stage === 'record' || this.#at < this.#text.length) {
      throw this.#faults.neverEnds(this.#lines.line);
    }
    if (this.#stage !== 'start' && this.#stage !== 'done') throw this.#faults.listNeverEnds(this.#lines.line);
  }

  warnings(): string[] {
    return [...this.#warnings, ...markWarnings(this.#file.path, this.#byteOrderMarks)];
  }

  #read(text: string, records: SourceRecord[]): void {
    this.#text = text;
    this.#at = 0;
    while (this.#step(records));
    this.#pending.keep(text.slice(this.#at));
    if (text.length - this.#at > this.#limits.recordLength) {
      const list = this.#stage === 'object' ? this.#list : undefined;
      throw this.#faults.tooLong(this.#lines.line, lengthInWords(this.#limits.recordLength), list);
    }
  }

  /** Advances by one step; false if more text is needed. */
  #step(records: SourceRecord[]): boolean {
    if (this.#stage === 'envelope') return this.#endEnvelope();
    this.#consume(skipSpace(this.#text, this.#at));
    const next = this.#text[this.#at];
    if (next === undefined) return false;
    switch (this.#stage) {
      case 'start':
      case 'done':
        return this.#open(next);
      case 'first':
        return next === ']' ? this.#closeList() : this.#element(next, records);
      case 'element':
      case 'record':
        return this.#element(next, records);
      case 'separator':
        return this.#separate(next);
      case 'object':
        return this.#examineObject();
    }
  }

  #open(next: string): boolean {
    // Concatenated files contain the former, `jq --seq` writes the latter.
    if (next === '\ufeff' || next === '\x1e') {
      if (next === '\ufeff') this.#byteOrderMarks++;
      this.#consume(this.#at + 1);
      return true;
    }
    if (next !== '[' && next !== '{') {
      throw this.#stage === 'start'
        ? this.#faults.notAList(this.#lines.line, next)
        : this.#faults.somethingFollows(this.#lines.line, next);
    }
    this.#envelope = undefined;
    if (next === '[') this.#consume(this.#at + 1);
    this.#stage = next === '[' ? 'first' : 'object';
    return true;
  }

  #examineObject(): boolean {
    const { path } = this.#file;
    const text = this.#text.slice(this.#at);
    const object = examineObject(text, this.#last);
    if (object.kind === 'unknown') {
      this.#list = object.list;
      return false;
    }
    if (object.kind === 'record') {
      if (object.list !== undefined) this.#warnings.add(listWarning(path, object.list));
      this.#stage = 'record';
      return true;
    }
    const envelope = new Envelope(object.keys);
    this.#envelope = envelope;
    const fault = envelope.checkStart(text.slice(0, object.at));
    if (fault) throw this.#faults.badEnvelope(this.#lines.line, fault, envelope.list);
    if (envelope.list !== 'data') this.#warnings.add(wrapperWarning(path, envelope.list));
    this.#consume(this.#at + object.at);
    this.#stage = 'first';
    return true;
  }

  #element(next: string, records: SourceRecord[]): boolean {
    const scanner = this.#scanner;
    const { line } = this.#lines;
    if (']},'.includes(next)) throw this.#faults.noElement(line, next);
    const end = valueEnd(scanner, this.#text, this.#at);
    if (end === undefined) {
      if (scanner.mismatch === -1) return false;
      this.#consume(scanner.mismatch);
      throw this.#faults.mismatch({ line, at: this.#lines.line, bracket: this.#text[scanner.mismatch]! });
    }
    if (end - this.#at > this.#limits.recordLength) {
      throw this.#faults.tooLong(line, lengthInWords(this.#limits.recordLength));
    }
    const text = { file: this.#file, line, raw: this.#text.slice(this.#at, end) };
    records.push(scanner.depth > maxDepth ? tooDeep(text) : jsonRecord(text, scanner.keys));
    this.#consume(end);
    this.#stage = this.#stage === 'record' ? 'done' : 'separator';
    return true;
  }

  #separate(next: string): boolean {
    if (next === ']') return this.#closeList();
    if (next !== ',') throw this.#faults.noComma(this.#lines.line, next);
    this.#consume(this.#at + 1);
    this.#stage = 'element';
    return true;
  }

  #closeList(): boolean {
    this.#consume(this.#at + 1);
    this.#stage = this.#envelope ? 'envelope' : 'done';
    return true;
  }

  #endEnvelope(): boolean {
    const { line } = this.#lines;
    const envelope = this.#envelope!;
    const end = envelope.readEnd(this.#text.slice(this.#at));
    if (end === undefined && this.#last) throw this.#faults.envelopeNeverEnds(line, envelope.list);
    if (end === undefined) return false;
    if (typeof end !== 'number') throw this.#faults.badEnvelope(line, end, envelope.list);
    this.#consume(this.#at + end);
    this.#stage = 'done';
    return true;
  }

  #consume(to: number): void {
    if (to === this.#at) return;
    this.#lines.add(this.#text.slice(this.#at, to));
    this.#at = to;
  }
}
