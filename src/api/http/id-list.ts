import { isUtf8 } from 'node:buffer';
import { parseJson } from '../../contract/json.ts';
import { type BodyReader, checkReplySize, textOf } from './reply-body.ts';

/** Bytes of ids that are parsed at once. */
const pieceBytes = 256 * 1024;
/** Max length of a key that is examined, in bytes. */
const maxKeyBytes = 16;

const [quote, backslash, comma, colon] = [0x22, 0x5c, 0x2c, 0x3a];
const [openList, closeList, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d];

/** Ids in the order of the reply, kept as JSON, which takes a third of the memory of strings. */
export class IdList implements Iterable<readonly string[]> {
  readonly #pieces: readonly Buffer[];
  readonly count: number;

  constructor(pieces: readonly Buffer[], count: number) {
    this.#pieces = pieces;
    this.count = count;
  }

  /** The ids, several thousand at a time. */
  *[Symbol.iterator](): Generator<readonly string[]> {
    for (const piece of this.#pieces) yield (JSON.parse(`[${piece}]`) as (string | number)[]).map(String);
  }

  toArray(): string[] {
    return [...this].flat();
  }
}

/** Receives the next ids of a list. `json`: the same ids as received, separated by commas. */
export type TakeIds = (ids: readonly string[], json: Buffer) => void;

/** Collects a list that arrives in pieces. */
export class IdListBuilder {
  readonly #pieces: Buffer[] = [];
  #count = 0;

  add(ids: readonly string[], json: Buffer): void {
    // A copy, because the piece is part of a larger chunk.
    this.#pieces.push(Buffer.from(json));
    this.#count += ids.length;
  }

  list(): IdList {
    return new IdList(this.#pieces, this.#count);
  }
}

/**
 * Reads `{"message": …, "data": {"ids": […]}}` of any size, and passes on several thousand ids at a time, so
 * that memory does not grow with the list. The text around the list is classified like any other body.
 */
export class IdListReader implements BodyReader {
  readonly #take: TakeIds;
  #count = 0;
  /** The body without the ids. */
  readonly #envelope: Buffer[] = [];
  #envelopeBytes = 0;
  #state: 'before' | 'ids' | 'after' = 'before';
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #takeAt = pieceBytes;
  #problem: 'not JSON' | 'not ids' | undefined;
  readonly #finder = new ListFinder();

  constructor(take: TakeIds) {
    this.#take = take;
  }

  write(chunk: Buffer): void {
    if (this.#state !== 'ids') {
      this.#scanEnvelope(chunk);
      return;
    }
    this.#pending.push(chunk);
    this.#pendingBytes += chunk.length;
    if (this.#pendingBytes >= this.#takeAt) this.#takePending();
  }

  /** The body with an empty list in place of the ids. */
  end(): string {
    if (this.#state === 'ids') this.#takePending();
    const text = textOf(Buffer.concat(this.#envelope));
    return this.#problem === 'not JSON' ? `${text}…` : text;
  }

  /** Whether the complete body contained a list of ids, all of which were passed on. */
  get isComplete(): boolean {
    return this.#state === 'after' && this.#problem === undefined;
  }

  #scanEnvelope(chunk: Buffer): void {
    const end = this.#state === 'before' ? this.#finder.find(chunk) : -1;
    const part = end === -1 ? chunk : chunk.subarray(0, end);
    this.#envelopeBytes += part.length;
    checkReplySize(this.#envelopeBytes);
    this.#envelope.push(part);
    if (end === -1) return;
    this.#state = 'ids';
    if (end < chunk.length) this.write(chunk.subarray(end));
  }

  /** Passes on the complete ids received so far. */
  #takePending(): void {
    const bytes = this.#pending.length === 1 ? this.#pending[0]! : Buffer.concat(this.#pending);
    const { lastComma, end } = boundsOf(bytes);
    const taken = end === -1 ? lastComma : end;
    const rest = end === -1 ? bytes.subarray(lastComma + 1) : Buffer.alloc(0);
    this.#pending = [rest];
    this.#pendingBytes = rest.length;
    // A very long id is not searched again with each of its chunks.
    this.#takeAt = pieceBytes + 2 * rest.length;
    checkReplySize(rest.length);
    if (lastComma !== -1 || end !== -1) this.#pass(bytes.subarray(0, taken), end !== -1);
    if (end === -1) return;
    this.#state = 'after';
    this.#scanEnvelope(bytes.subarray(end));
  }

  /** `last`: the piece ends the list. It may be blank only in an empty list. */
  #pass(piece: Buffer, last: boolean): void {
    if (this.#problem !== undefined) return;
    const ids = parseJson(`[${piece}]`);
    if (!Array.isArray(ids) || (ids.length === 0 && !(last && this.#count === 0))) {
      this.#problem = 'not JSON';
    } else if (!isUtf8(piece) || !ids.every(isId)) {
      this.#problem = 'not ids';
    } else if (ids.length > 0) {
      this.#count += ids.length;
      this.#take(ids.map(String), piece);
    }
  }
}

/** A number may be an id if no digit is lost. */
function isId(id: unknown): boolean {
  return typeof id === 'string' || Number.isSafeInteger(id);
}

/** The last comma between two ids, and the end of the list; -1 if not found. */
function boundsOf(bytes: Buffer): { readonly lastComma: number; readonly end: number } {
  let lastComma = -1;
  let inString = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (inString) {
      if (byte === backslash) at++;
      else if (byte === quote) inString = false;
    } else if (byte === quote) inString = true;
    else if (byte === comma) lastComma = at;
    else if (byte === closeList) return { lastComma, end: at };
  }
  return { lastComma, end: -1 };
}

/** Finds the start of the list at `data.ids`. */
class ListFinder {
  #depth = 0;
  readonly #keys: (string | undefined)[] = [];
  #string: number[] | undefined;
  #lastString = '';
  #escaped = false;

  /** The index after the opening bracket; -1 if it is not in this chunk. */
  find(chunk: Buffer): number {
    for (let at = 0; at < chunk.length; at++) {
      if (this.#isStart(chunk[at]!)) return at + 1;
    }
    return -1;
  }

  #isStart(byte: number): boolean {
    if (this.#string) {
      this.#continueString(byte, this.#string);
      return false;
    }
    if (byte === openList && this.#depth === 2 && this.#keys[1] === 'data' && this.#keys[2] === 'ids')
      return true;
    if (byte === quote) this.#string = [];
    else if (byte === colon) this.#keys[this.#depth] = this.#lastString;
    else if (byte === openList || byte === openObject) this.#keys[++this.#depth] = undefined;
    else if (byte === closeList || byte === closeObject) this.#depth--;
    return false;
  }

  #continueString(byte: number, text: number[]): void {
    if (!this.#escaped && byte === quote) {
      this.#lastString = String.fromCharCode(...text);
      this.#string = undefined;
      return;
    }
    this.#escaped = !this.#escaped && byte === backslash;
    if (text.length < maxKeyBytes) text.push(byte);
  }
}
