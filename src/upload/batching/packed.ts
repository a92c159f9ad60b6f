import { reasonsColumn } from '../../contract/rejects-keys.ts';
import { uploadBody, uploadEnvelope } from '../../contract/upload-body.ts';
import type { SourceFile, SourceRecord } from '../../input/source.ts';
import type { Rejection } from '../../records/record.ts';
import type { Batch, Item, ToldPlace } from './item.ts';

/**
 * A batch in a form that crosses from one thread to another at the cost of a few buffers: strings by the thousand would
 * have to be made again on the other side, where nobody looks at them unless Miso refuses one.
 */
export interface PackedBatch {
  readonly sent: PackedItems;
  readonly superseded?: PackedItems;
}

interface PackedItems {
  /** The records' JSON with a comma between each two, in the envelope of a body; UTF-8. */
  readonly body: Uint8Array<ArrayBuffer>;
  /** `columns` numbers for each record. */
  readonly numbers: Float64Array<ArrayBuffer>;
  /** As they stand in the file, laid end to end; absent when that is the JSON itself. */
  readonly raw?: Uint8Array<ArrayBuffer>;
  /** Cells, for tables that have a column of reasons, which a rejects file has to take out again. */
  readonly cells?: readonly (readonly string[])[];
}

/** What is known of a record as numbers: see `keyOf`; its position; its file; its line; where its JSON ends; where its raw text does. */
const column = { key: 0, position: 1, file: 2, line: 3, jsonEnd: 4, rawEnd: 5 } as const;
const columns = 6;

/** A rejection without its file, and the position of that. */
export type PackedRejection = Omit<Rejection, 'source'> & {
  readonly source: Omit<SourceRecord, 'file'>;
  readonly file: number;
};

/** Packs a batch, and adds the buffers that may be handed over instead of copied to `transfer`. */
export function packBatch({ items, superseded }: Batch, transfer: ArrayBuffer[]): PackedBatch {
  const sent = packItems(items, transfer);
  return superseded.length === 0 ? { sent } : { sent, superseded: packItems(superseded, transfer) };
}

function packItems(items: readonly Item[], transfer: ArrayBuffer[]): PackedItems {
  const records = items.map(({ record }) => record);
  const numbers = new Float64Array(items.length * columns);
  const asInFile = records.every(({ json, source }) => json === source.raw);
  let json = uploadEnvelope.opening.length;
  let raw = 0;
  for (const [n, { record, position }] of items.entries()) {
    const { id, bytes, source } = record;
    const endOfJson = json + bytes;
    if (!asInFile) raw += Buffer.byteLength(source.raw);
    const row = n * columns;
    numbers[row + column.key] = keyOf(id);
    numbers[row + column.position] = position;
    numbers[row + column.file] = source.file.index;
    numbers[row + column.line] = source.line;
    numbers[row + column.jsonEnd] = endOfJson;
    numbers[row + column.rawEnd] = raw;
    json = endOfJson + 1;
  }
  const encoder = new TextEncoder();
  const packed = {
    body: encoder.encode(uploadBody(records.map((one) => one.json))),
    numbers,
    ...(asInFile ? {} : { raw: encoder.encode(records.map(({ source }) => source.raw).join('')) }),
    ...(records.some(({ source }) => source.file.table?.columns.at(-1) === reasonsColumn)
      ? { cells: records.map(({ source }) => (source.kind === 'row' ? source.cells : [])) }
      : {}),
  };
  transfer.push(packed.body.buffer, numbers.buffer);
  if (packed.raw) transfer.push(packed.raw.buffer);
  return packed;
}

/**
 * A number for an id: FNV-1a with two primes, 52 bits together. Two ids that share one are taken for the same where that only
 * costs time; even among the ids of a thousand calls of ten thousand records hardly any do.
 */
export function keyOf(id: string): number {
  let high = 0x811c9dc5;
  let low = 0x811c9dc5;
  for (let n = 0; n < id.length; n++) {
    const character = id.charCodeAt(n);
    high = Math.imul(high ^ character, 0x01000193);
    low = Math.imul(low ^ character, 0x85ebca6b);
  }
  return (high & 0xfffff) * 2 ** 32 + (low >>> 0);
}

/** A batch that arrived packed. */
export class UnpackedBatch implements Batch {
  readonly keys: readonly number[];
  readonly #packed: PackedBatch;
  readonly #files: readonly SourceFile[];
  #items: readonly Item[] | undefined;
  #superseded: readonly Item[] | undefined;

  constructor(packed: PackedBatch, files: readonly SourceFile[]) {
    this.#packed = packed;
    this.#files = files;
    const keys: number[] = [];
    const { numbers } = packed.sent;
    for (let at = 0; at < numbers.length; at += columns) keys.push(numbers[at + column.key]!);
    this.keys = keys;
  }

  get body(): Uint8Array {
    return this.#packed.sent.body;
  }

  get bytes(): number {
    return this.body.length;
  }

  get items(): readonly Item[] {
    this.#items ??= unpackItems(this.#packed.sent, this.#files);
    return this.#items;
  }

  get superseded(): readonly Item[] {
    this.#superseded ??= this.#packed.superseded ? unpackItems(this.#packed.superseded, this.#files) : [];
    return this.#superseded;
  }

  eachSent(told: ToldPlace): void {
    each(this.#packed.sent, told);
  }

  eachSuperseded(told: ToldPlace): void {
    if (this.#packed.superseded) each(this.#packed.superseded, told);
  }
}

function each({ numbers }: PackedItems, told: ToldPlace): void {
  for (let at = 0; at < numbers.length; at += columns)
    told(numbers[at + column.position]!, numbers[at + column.file]!);
}

function unpackItems({ body, numbers, raw, cells }: PackedItems, files: readonly SourceFile[]): Item[] {
  const items: Item[] = [];
  let jsonStart = uploadEnvelope.opening.length;
  let rawStart = 0;
  for (let at = 0; at < numbers.length; at += columns) {
    const end = numbers[at + column.jsonEnd]!;
    const json = decode(body, jsonStart, end);
    const { user_id: id } = JSON.parse(json) as { user_id: string };
    const source = sourceOf({
      file: files[numbers[at + column.file]!]!,
      line: numbers[at + column.line]!,
      raw: raw ? decode(raw, rawStart, numbers[at + column.rawEnd]!) : json,
      cells: cells?.[at / columns] ?? [],
    });
    const record = { kind: 'user', id, json, bytes: end - jsonStart, source } as const;
    items.push({ record, position: numbers[at + column.position]! });
    jsonStart = end + 1;
    rawStart = numbers[at + column.rawEnd]!;
  }
  return items;
}

function sourceOf({ cells, ...located }: Omit<Extract<SourceRecord, { kind: 'row' }>, 'kind'>): SourceRecord {
  if (located.file.table) return { kind: 'row', ...located, cells };
  return {
    kind: 'json',
    ...located,
    get value(): unknown {
      return JSON.parse(located.raw);
    },
  };
}

function decode(utf8: Uint8Array, start: number, end: number): string {
  return Buffer.from(utf8.buffer, utf8.byteOffset, utf8.length).toString('utf8', start, end);
}

export function packRejection({ source: { file, ...source }, ...rest }: Rejection): PackedRejection {
  return { ...rest, source, file: file.index };
}

export function unpackRejection(
  { source, file, ...rest }: PackedRejection,
  files: readonly SourceFile[],
): Rejection {
  return { ...rest, source: { ...source, file: files[file]! } as SourceRecord };
}
