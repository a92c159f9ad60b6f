import { skipSpace } from '../../contract/json-text.ts';
import type { RecordParser } from '../record-parser.ts';
import { type Limits, lengthInWords } from '../record-parser.ts';
import type { SourceFile, SourceRecord } from '../source.ts';
import { LineCounter } from '../text/line-ends.ts';
import { DocumentFaults } from './document-faults.ts';
import { jsonRecord, tooDeep } from './json-record.ts';
import { maxDepth, ValueScanner } from './value-scanner.ts';
import { lookAtTop, valueEnd } from './wrapper.ts';

/** Where in the document the next character is. */
type Stage =
  | 'start'
  /** Before the first element of the list, or its end. */
  | 'first'
  /** After a comma of the list. */
  | 'element'
  /** After an element of the list. */
  | 'separator'
  /** At the brace of an object that is not known to be a record or a wrapper. */
  | 'object'
  /** At the brace of an object that is a record. */
  | 'record'
  /** In a wrapper, after its list. */
  | 'envelope'
  | 'done';

/** Reads a JSON document: a list of records, an object with such a list under `data`, or one record. */
export class DocumentParser implements RecordParser {
  readonly #file: SourceFile;
  readonly #limits: Limits;
  readonly #faults: DocumentFaults;
  readonly #scanner = new ValueScanner();
  readonly #lines = new LineCounter();
  #stage: Stage = 'start';
  #wrapped = false;
  /** Text that is not consumed yet, from `#at` on. */
  #text = '';
  #at = 0;

  constructor(file: SourceFile, limits: Limits) {
    this.#file = file;
    this.#limits = limits;
    this.#faults = new DocumentFaults(file.path);
  }

  push(text: string, records: SourceRecord[]): void {
    this.#text = this.#text.slice(this.#at) + text;
    this.#at = 0;
    while (this.#step(records));
    if (this.#text.length - this.#at > this.#limits.recordLength) {
      throw this.#faults.tooLong(this.#lines.line, lengthInWords(this.#limits.recordLength));
    }
  }

  end(records: SourceRecord[]): void {
    // A space completes a number or a word at the end of the text.
    if (this.#stage !== 'envelope') this.push(' ', records);
    if (this.#stage === 'envelope') this.#readEnvelope();
    else if (this.#stage === 'object' || this.#stage === 'record' || this.#at < this.#text.length) {
      throw this.#faults.neverEnds(this.#lines.line);
    } else if (this.#stage !== 'start' && this.#stage !== 'done')
      throw this.#faults.listNeverEnds(this.#lines.line);
  }

  /** Takes one step through the document; false if more text is needed. */
  #step(records: SourceRecord[]): boolean {
    if (this.#stage === 'envelope') return false;
    this.#consume(skipSpace(this.#text, this.#at));
    const next = this.#text[this.#at];
    if (next === undefined) return false;
    switch (this.#stage) {
      case 'start':
        return this.#open(next);
      case 'first':
      case 'element':
        return next === ']' || next === '}' || next === ',' ? this.#noElement(next) : this.#element(records);
      case 'separator':
        return this.#separate(next);
      case 'object':
        return this.#lookAtObject();
      case 'record':
        return this.#element(records);
      case 'done':
        throw this.#faults.somethingFollows(this.#lines.line, next, this.#wrapped);
    }
  }

  #open(next: string): boolean {
    if (next !== '[' && next !== '{') throw this.#faults.notAList(this.#lines.line, next);
    if (next === '[') this.#consume(this.#at + 1);
    this.#stage = next === '[' ? 'first' : 'object';
    return true;
  }

  #lookAtObject(): boolean {
    const text = this.#text.slice(this.#at);
    const top = lookAtTop(text);
    if (top.kind === 'unknown') return false;
    if (top.kind === 'wrapper') {
      const head = `${text.slice(0, top.at)}]}`;
      if (!isJson(head)) throw this.#faults.badEnvelope(this.#lines.line, head);
      this.#wrapped = true;
      this.#consume(this.#at + top.at);
    }
    this.#stage = top.kind === 'wrapper' ? 'first' : 'record';
    return true;
  }

  #element(records: SourceRecord[]): boolean {
    const scanner = this.#scanner;
    const { line } = this.#lines;
    const end = valueEnd(scanner, this.#text, this.#at);
    if (end === undefined) {
      if (scanner.mismatch === -1) return false;
      this.#consume(scanner.mismatch);
      throw this.#faults.mismatch({
        line,
        at: this.#lines.line,
        bracket: this.#text[scanner.mismatch]!,
      });
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

  #noElement(next: string): boolean {
    if (next !== ']' || this.#stage === 'element') throw this.#faults.noElement(this.#lines.line, next);
    return this.#closeList();
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
    this.#stage = this.#wrapped ? 'envelope' : 'done';
    return true;
  }

  #readEnvelope(): void {
    const rest = `{"":[]${this.#text.slice(this.#at)}`;
    if (!isJson(rest)) throw this.#faults.badEnvelope(this.#lines.line, rest);
    const others = Object.keys(JSON.parse(rest) as object);
    if (others.includes('data')) throw this.#faults.secondList(this.#lines.line);
  }

  #consume(to: number): void {
    if (to === this.#at) return;
    this.#lines.add(this.#text.slice(this.#at, to));
    this.#at = to;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
