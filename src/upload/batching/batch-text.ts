import { Buffer } from 'node:buffer';
import { ownCopy } from '../../contract/source-text.ts';
import { uploadEnvelope } from '../../contract/upload-body.ts';
import type { SourceFile } from '../../input/source.ts';
import type { RecordSource, UserRecord } from '../../records/record.ts';
import type { Item } from '../item.ts';

/** Buffers are of a multiple of this many bytes, so that most batches of a run fit into each. */
const capacityStep = 64 * 1024;

/**
 * Max number of buffers to reuse. New buffers for each call would be collected late and take tens of
 * megabytes.
 */
export class BufferPool {
  readonly #free: Buffer[] = [];

  take(size: number): Buffer {
    const index = this.#free.findIndex(({ length }) => length >= size);
    const [buffer] = index < 0 ? [] : this.#free.splice(index, 1);
    return buffer ?? Buffer.allocUnsafeSlow(capacityStep * Math.ceil(size / capacityStep));
  }

  release(buffer: Buffer): void {
    this.#free.push(buffer);
  }
}

/**
 * The text of a batch's records: the body of its call, followed by the text of the input where that differs.
 *
 * It is kept in a buffer, because strings that live as long as a call get into V8's old generation, which is
 * collected only when it has grown to several times what is in use. With 64 calls in flight that is hundreds
 * of megabytes.
 */
export class BatchText {
  readonly #pool: BufferPool;
  #buffer: Buffer | undefined;
  #end = 0;
  #bodyEnd = 0;

  private constructor(pool: BufferPool, size: number) {
    this.#pool = pool;
    this.#buffer = pool.take(size);
  }

  /** Moves the text of records into a buffer. `bodyBytes`: length of the body of a call with `items`. */
  static pack({ items, superseded, bodyBytes }: Unpacked, pool: BufferPool): Packed {
    const size = superseded.reduce((sum, { record }) => sum + record.bytes, bodyBytes);
    const all = [...items, ...superseded];
    const text = new BatchText(
      pool,
      all.reduce((sum, { record }) => sum + extraBytes(record), size),
    );
    text.#append(uploadEnvelope.opening);
    const bodies = items.map(({ record }, index) => {
      if (index > 0) text.#append(',');
      return text.#append(record.json, record.bytes);
    });
    text.#append(uploadEnvelope.closing);
    text.#bodyEnd = text.#end;
    return {
      text,
      items: items.map((item, index) => text.#pack(item, bodies[index]!)),
      superseded: superseded.map((item) =>
        text.#pack(item, text.#append(item.record.json, item.record.bytes)),
      ),
    };
  }

  get body(): Buffer {
    return this.#open.subarray(0, this.#bodyEnd);
  }

  get bytes(): number {
    return this.#end;
  }

  read(start: number, end: number): string {
    return this.#open.toString('utf8', start, end);
  }

  /** Makes the memory available again. The caller must be sure that the body was sent completely. */
  release(): void {
    this.#pool.release(this.#open);
    this.#buffer = undefined;
  }

  get #open(): Buffer {
    if (this.#buffer === undefined) throw new Error('A record was read after its batch had finished.');
    return this.#buffer;
  }

  #pack({ record, position }: Item, json: TextRange): Item {
    const { raw } = record.source;
    const source = raw === record.json ? json : this.#append(raw, Buffer.byteLength(raw));
    return { record: new PackedRecord(record, json, source), position };
  }

  /** Appends a text of `bytes` bytes. */
  #append(text: string, bytes: number = text.length): TextRange {
    const start = this.#end;
    // A text with as many bytes as characters is ASCII, which is faster to write as Latin-1.
    this.#end += this.#open.write(text, start, bytes === text.length ? 'latin1' : 'utf8');
    return { text: this, start, end: this.#end };
  }
}

interface Unpacked {
  readonly items: readonly Item[];
  readonly superseded: readonly Item[];
  readonly bodyBytes: number;
}

interface Packed {
  readonly text: BatchText;
  readonly items: readonly Item[];
  readonly superseded: readonly Item[];
}

/** Length of the text of the input in bytes; 0 if the same text is sent. */
function extraBytes({ json, source: { raw } }: UserRecord): number {
  return raw === json ? 0 : Buffer.byteLength(raw);
}

/** A text in a batch: from the byte `start` to the byte `end`. */
interface TextRange {
  readonly text: BatchText;
  readonly start: number;
  readonly end: number;
}

class PackedRecord implements UserRecord {
  readonly kind = 'user';
  readonly id: string;
  readonly source: RecordSource;
  readonly #text: BatchText;
  readonly #start: number;
  readonly #end: number;

  constructor({ id, source }: UserRecord, { text, start, end }: TextRange, raw: TextRange) {
    this.id = ownCopy(id);
    this.source = new PackedSource(source, raw);
    this.#text = text;
    this.#start = start;
    this.#end = end;
  }

  get bytes(): number {
    return this.#end - this.#start;
  }

  get json(): string {
    return this.#text.read(this.#start, this.#end);
  }
}

class PackedSource implements RecordSource {
  readonly kind: RecordSource['kind'];
  readonly file: SourceFile;
  readonly line: number;
  readonly #text: BatchText;
  readonly #start: number;
  readonly #end: number;

  constructor({ kind, file, line }: RecordSource, { text, start, end }: TextRange) {
    this.kind = kind;
    this.file = file;
    this.line = line;
    this.#text = text;
    this.#start = start;
    this.#end = end;
  }

  get raw(): string {
    return this.#text.read(this.#start, this.#end);
  }
}
