import { closingQuote, skipSpace } from '../../contract/json-text.ts';
import { attributesField } from '../../contract/user-fields.ts';
import type { Fingerprint } from './fingerprint.ts';
import { HashState, hashOf, type Seed } from './hash-state.ts';

const [quote, comma, minus, zero, nine] = [0x22, 0x2c, 0x2d, 0x30, 0x39];
const [openList, closeList, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d];
const [letterT, letterF, letterN] = [0x74, 0x66, 0x6e];

/** What comes next in the hash. */
const mark = { string: 1, integer: 2, number: 3, true: 4, false: 5, null: 6, object: 7, list: 8, end: 9 };

/** A whole number of at most so many characters has one form. */
const maxPlainLength = 15;

/**
 * Hashes user records in one pass over their JSON text: parsing and normalizing it takes four times as long.
 * The hash of an object is the sum of the hashes of its members, so that their order does not count.
 */
export class RecordHasher {
  readonly #seed: Seed;
  /** The hashes of keys, which tell them apart in any spelling. */
  readonly #attributesKey: Seed;
  readonly #dateKeys: readonly Seed[];
  #text = '';
  #at = 0;
  /** Where the next backslash is; infinite if there is none. */
  #escape = 0;
  /** Of the member that is being read. */
  readonly #hash = new HashState();
  /** The object that was read last. */
  #high = 0;
  #low = 0;
  #members = 0;

  constructor(seed: Seed) {
    this.#seed = seed;
    this.#attributesKey = hashOf(seed, attributesField);
    this.#dateKeys = ['created_at', 'updated_at'].map((name) => hashOf(seed, name));
  }

  /** `json`: valid, and without repeated keys. */
  hash(json: string): Fingerprint {
    this.#text = json;
    this.#at = skipSpace(json, 0);
    this.#findEscape();
    this.#object(true);
    return { high: this.#high >>> 0, low: this.#low >>> 0 };
  }

  #object(isRecord: boolean): void {
    const hash = this.#hash;
    let [high, low, members] = [0, 0, 0];
    this.#at = skipSpace(this.#text, this.#at + 1);
    while (this.#text.charCodeAt(this.#at) !== closeObject) {
      hash.start(this.#seed);
      this.#string();
      this.#at = skipSpace(this.#text, skipSpace(this.#text, this.#at) + 1);
      if (isRecord ? this.#field() : this.#value()) {
        const member = hash.end();
        high = (high + member.high) | 0;
        low = (low + member.low) | 0;
        members++;
      }
      this.#next();
    }
    this.#at++;
    this.#high = high;
    this.#low = low;
    this.#members = members;
  }

  /** Moves to the next item of an object or list, or to its end. */
  #next(): void {
    this.#at = skipSpace(this.#text, this.#at);
    if (this.#text.charCodeAt(this.#at) === comma) this.#at = skipSpace(this.#text, this.#at + 1);
  }

  /** A value of the record itself. Miso returns dates in a form of its own, and no empty attributes. */
  #field(): boolean {
    const first = this.#text.charCodeAt(this.#at);
    if (first === openObject && isAt(this.#hash, this.#attributesKey))
      return this.#value() && this.#members > 0;
    if (first !== quote || !this.#dateKeys.some((key) => isAt(this.#hash, key))) return this.#value();
    this.#hash.number(mark.string);
    this.#hash.characters(dateForm(this.#decoded()));
    return true;
  }

  /** Reads a value. Returns false for null, which counts as absent in an object. */
  #value(): boolean {
    const first = this.#text.charCodeAt(this.#at);
    if (first === quote) {
      this.#hash.number(mark.string);
      this.#string();
    } else if (first === openObject) this.#inner();
    else if (first === openList) this.#list();
    else if (first === letterT) this.#word(mark.true, 4);
    else if (first === letterF) this.#word(mark.false, 5);
    else if (first === letterN) this.#word(mark.null, 4);
    else this.#number();
    return first !== letterN;
  }

  #inner(): void {
    const hash = this.#hash;
    const { a, b } = hash;
    this.#object(false);
    hash.start({ a, b });
    hash.number(mark.object);
    hash.number(this.#high);
    hash.number(this.#low);
  }

  #list(): void {
    this.#hash.number(mark.list);
    this.#at = skipSpace(this.#text, this.#at + 1);
    while (this.#text.charCodeAt(this.#at) !== closeList) {
      this.#value();
      this.#next();
    }
    this.#at++;
    this.#hash.number(mark.end);
  }

  #word(what: number, length: number): void {
    this.#hash.number(what);
    this.#at += length;
  }

  #string(): void {
    const start = this.#at + 1;
    const end = this.#text.indexOf('"', start);
    if (end > this.#escape) {
      this.#hash.characters(this.#decoded());
      return;
    }
    this.#hash.characters(this.#text, start, end);
    this.#at = end + 1;
  }

  /** Reads a string, and returns its value. */
  #decoded(): string {
    const start = this.#at;
    this.#at = closingQuote(this.#text, start) + 1;
    if (this.#at > this.#escape) this.#findEscape();
    return JSON.parse(this.#text.slice(start, this.#at)) as string;
  }

  #findEscape(): void {
    const found = this.#text.indexOf('\\', this.#at);
    this.#escape = found === -1 ? Number.POSITIVE_INFINITY : found;
  }

  #number(): void {
    const [text, start] = [this.#text, this.#at];
    const isNegative = text.charCodeAt(start) === minus;
    let at = isNegative ? start + 1 : start;
    let value = 0;
    let code = text.charCodeAt(at);
    for (; code >= zero && code <= nine; code = text.charCodeAt(++at)) value = value * 10 + code - zero;
    const isPlain = isEndOfValue(code) && at - start <= maxPlainLength;
    while (!isEndOfValue(text.charCodeAt(at))) at++;
    this.#at = at;
    if (isPlain) this.#integer(isNegative ? -value : value);
    else this.#unusualNumber(text.slice(start, at));
  }

  #unusualNumber(json: string): void {
    const value = Number(json);
    // Different numbers with so many digits can be rounded to the same one.
    const isLong = /\d{16}/.test(json);
    if (Number.isSafeInteger(value) && !isLong) this.#integer(value);
    else {
      this.#hash.number(mark.number);
      this.#hash.characters(isLong ? json : String(value));
    }
  }

  #integer(value: number): void {
    this.#hash.number(mark.integer);
    this.#hash.number(value | 0);
    this.#hash.number(Math.floor(value / 2 ** 32) | 0);
  }
}

function isAt(hash: Seed, other: Seed): boolean {
  return hash.a === other.a && hash.b === other.b;
}

function isEndOfValue(code: number): boolean {
  return code === comma || code === closeObject || code === closeList || code <= 0x20;
}

/** The same for all forms of a time. One that is finer than milliseconds is kept as it is. */
function dateForm(text: string): string {
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text) || /\.\d{4}/.test(text)) return text;
  const time = Date.parse(text);
  return Number.isNaN(time) ? text : new Date(time).toISOString();
}
