import { uploadEnvelopeBytes } from '../../contract/upload-body.ts';
import type { UserRecord } from '../../records/record.ts';
import type { Item } from '../item.ts';
import { BatchText, type BufferPool } from './batch-text.ts';

/** The records of one call: no id twice. */
export class Batch {
  readonly items: readonly Item[];
  /** Earlier records of the same ids. They share the outcome of the record that replaces them. */
  readonly superseded: readonly Item[];
  /** Length of the body. */
  readonly bytes: number;
  /** Absent for records that are only checked. */
  readonly text: BatchText | undefined;

  /** Bytes that the texts of the records take in memory. */
  get memory(): number {
    return this.text?.bytes ?? this.bytes;
  }

  /** With a pool, the texts of the records move into one of its buffers. */
  constructor(items: readonly Item[], superseded: readonly Item[] = [], pool?: BufferPool) {
    this.bytes = bodyBytes(items);
    const packed = pool && BatchText.pack({ items, superseded, bodyBytes: this.bytes }, pool);
    this.items = packed?.items ?? items;
    this.superseded = packed?.superseded ?? superseded;
    this.text = packed?.text;
  }
}

/** Length of the body of a call: the envelope, the records, and a comma between each two. */
export function bodyBytes(items: readonly Item[]): number {
  return items.reduce((sum, { record }) => sum + record.bytes + 1, uploadEnvelopeBytes - 1);
}

/** The max body size of a call, which is lowered when the server refuses a call as too large (HTTP 413). */
export class BodyLimit {
  #bytes: number;

  constructor(bytes: number) {
    this.#bytes = bytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  lowerTo(bytes: number): void {
    this.#bytes = Math.min(this.#bytes, bytes);
  }
}

export interface BatcherOptions {
  readonly maxRecords: number;
  readonly limit: BodyLimit;
  /** Whether a record belongs at the end of its batch. */
  readonly sendLast: (record: UserRecord) => boolean;
  /** Absent for records that are only checked. */
  readonly pool?: BufferPool | undefined;
}

/**
 * Collects records into batches, limited by count and by bytes. Within a batch a later record of an id
 * replaces the earlier one. A record that is longer than the limit makes a batch of its own.
 */
export class Batcher {
  readonly #options: BatcherOptions;
  #items = new Map<string, Item>();
  #superseded: Item[] = [];
  #bytes = 0;
  #supersededBytes = 0;

  constructor(options: BatcherOptions) {
    this.#options = options;
  }

  /** Adds a record. Returns the batch before it if that is complete now. */
  add(item: Item): Batch | undefined {
    const { maxRecords, limit } = this.#options;
    const earlier = this.#items.get(item.record.id);
    const bytes = this.#bytes + item.record.bytes - (earlier?.record.bytes ?? 0);
    const count = this.#items.size + (earlier ? 0 : 1);
    const fits = count <= maxRecords && uploadEnvelopeBytes + bytes + count - 1 <= limit.bytes;
    const hasRoom = (fits && !this.#holdsTooManySuperseded) || this.#items.size === 0;
    const batch = hasRoom ? undefined : this.flush();
    this.#put(item);
    return batch;
  }

  /** The records collected so far as a batch, if there are any. */
  flush(): Batch | undefined {
    if (this.#items.size === 0) return undefined;
    const items = [...this.#items.values()];
    const last = new Set(items.filter(({ record }) => this.#options.sendLast(record)));
    const ordered = last.size === 0 ? items : [...items.filter((item) => !last.has(item)), ...last];
    const batch = new Batch(ordered, this.#superseded, this.#options.pool);
    this.#items = new Map();
    this.#superseded = [];
    this.#bytes = 0;
    this.#supersededBytes = 0;
    return batch;
  }

  /** Superseded records count too: an input that repeats one id would otherwise never fill a batch. */
  get #holdsTooManySuperseded(): boolean {
    const { maxRecords, limit } = this.#options;
    return this.#superseded.length >= maxRecords || this.#supersededBytes > limit.bytes;
  }

  #put(item: Item): void {
    const { id, bytes } = item.record;
    const earlier = this.#items.get(id);
    if (earlier) {
      this.#superseded.push(earlier);
      this.#supersededBytes += earlier.record.bytes;
      this.#bytes -= earlier.record.bytes;
      // Deleting first moves the id to the end of the map, which keeps the order of the input.
      this.#items.delete(id);
    }
    this.#items.set(id, item);
    this.#bytes += bytes;
  }
}
