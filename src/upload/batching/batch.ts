import { uploadEnvelopeBytes } from '../../contract/upload-body.ts';
import type { UserRecord } from '../../records/record.ts';
import type { Item } from '../item.ts';

/** The records of one call: no id twice. */
export class Batch {
  readonly items: readonly Item[];
  /** Earlier records of the same ids. They share the outcome of the record that replaces them. */
  readonly superseded: readonly Item[];
  /** Length of the body. */
  readonly bytes: number;

  constructor(items: readonly Item[], superseded: readonly Item[] = []) {
    this.items = items;
    this.superseded = superseded;
    this.bytes = bodyBytes(items);
  }
}

/** Length of the body of a call: the envelope, the records, and a comma between each two. */
export function bodyBytes(items: readonly Item[]): number {
  return items.reduce((sum, { record }) => sum + record.bytes + 1, uploadEnvelopeBytes - 1);
}

/** The longest body that a call may have. A server that refuses a call as too large (HTTP 413) lowers it. */
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

/**
 * Collects records into batches, limited by count and by bytes. Within a batch a later record of an id replaces the
 * earlier one. A record that is longer than the limit makes a batch of its own.
 */
export class Batcher {
  readonly #maxRecords: number;
  readonly #limit: BodyLimit;
  #items = new Map<string, Item>();
  #superseded: Item[] = [];
  #bytes = 0;
  #supersededBytes = 0;

  readonly #sendLast: (record: UserRecord) => boolean;

  /** `sendLast`: whether a record belongs at the end of its batch. */
  constructor(maxRecords: number, limit: BodyLimit, sendLast: (record: UserRecord) => boolean = () => false) {
    this.#maxRecords = maxRecords;
    this.#limit = limit;
    this.#sendLast = sendLast;
  }

  /** Adds a record. Returns the batch before it if that is complete now. */
  add(item: Item): Batch | undefined {
    const earlier = this.#items.get(item.record.id);
    const bytes = this.#bytes + item.record.bytes - (earlier?.record.bytes ?? 0);
    const count = this.#items.size + (earlier ? 0 : 1);
    const fits = count <= this.#maxRecords && uploadEnvelopeBytes + bytes + count - 1 <= this.#limit.bytes;
    const hasRoom = (fits && !this.#holdsTooManySuperseded) || this.#items.size === 0;
    const batch = hasRoom ? undefined : this.flush();
    this.#put(item);
    return batch;
  }

  /** The records collected so far as a batch, if there are any. */
  flush(): Batch | undefined {
    if (this.#items.size === 0) return undefined;
    const items = [...this.#items.values()];
    const last = new Set(items.filter(({ record }) => this.#sendLast(record)));
    const ordered = last.size === 0 ? items : [...items.filter((item) => !last.has(item)), ...last];
    const batch = new Batch(ordered, this.#superseded);
    this.#items = new Map();
    this.#superseded = [];
    this.#bytes = 0;
    this.#supersededBytes = 0;
    return batch;
  }

  /** An input that repeats one id would never fill a batch by its latest records alone. */
  get #holdsTooManySuperseded(): boolean {
    return this.#superseded.length >= this.#maxRecords || this.#supersededBytes > this.#limit.bytes;
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
