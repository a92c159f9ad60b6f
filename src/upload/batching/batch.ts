import { uploadEnvelopeBytes } from '../../contract/upload-body.ts';
import type { Item } from './item.ts';
import { LocalBatch } from './local-batch.ts';

/** How much one call may carry. Lowered on the way when the server answers that a call was too large. */
export interface BatchLimits {
  readonly records: number;
  /** Bytes of the body, envelope included. */
  bytes: number;
}

/**
 * Collects records into batches by count and bytes. Within a batch the later record of an id replaces the earlier one.
 * The caller makes sure that a single record fits.
 */
export class Batcher {
  readonly #limits: BatchLimits;
  #items = new Map<string, Item>();
  #superseded: Item[] = [];
  #bytes = 0;
  #supersededBytes = 0;

  constructor(limits: BatchLimits) {
    this.#limits = limits;
  }

  /** Takes one record; returns the batch that it did not fit into, now complete. */
  add(item: Item): LocalBatch | undefined {
    const earlier = this.#items.get(item.record.id);
    const grown = this.#bytes + item.record.bytes - (earlier?.record.bytes ?? 0);
    const count = this.#items.size + (earlier ? 0 : 1);
    // One comma between each two records.
    const fits =
      count <= this.#limits.records && uploadEnvelopeBytes + grown + count - 1 <= this.#limits.bytes;
    const full = (fits && !this.#heavy) || this.#items.size === 0 ? undefined : this.flush();
    this.#put(item);
    return full;
  }

  /** The records collected so far, as a batch; undefined when there are none. */
  flush(): LocalBatch | undefined {
    if (this.#items.size === 0) return undefined;
    const bytes = uploadEnvelopeBytes + this.#bytes + this.#items.size - 1;
    const batch = new LocalBatch([...this.#items.values()], this.#superseded, bytes);
    this.#items = new Map();
    this.#superseded = [];
    this.#bytes = 0;
    this.#supersededBytes = 0;
    return batch;
  }

  /** An input that is one id over and over would never fill a batch with its last records alone. */
  get #heavy(): boolean {
    const { records, bytes } = this.#limits;
    return this.#superseded.length >= records || this.#supersededBytes > bytes;
  }

  #put(item: Item): void {
    const { id, bytes } = item.record;
    const earlier = this.#items.get(id);
    if (earlier) {
      this.#superseded.push(earlier);
      this.#supersededBytes += earlier.record.bytes;
      this.#bytes -= earlier.record.bytes;
      // Deleted first, so that a batch stands in the order of its input.
      this.#items.delete(id);
    }
    this.#items.set(id, item);
    this.#bytes += bytes;
  }
}
