import { uploadBody } from '../../contract/upload-body.ts';
import type { Batch, Item, ToldPlace } from './item.ts';

/** A batch whose records are there. */
export class LocalBatch implements Batch {
  readonly items: readonly Item[];
  readonly superseded: readonly Item[];
  readonly bytes: number;

  /** `bytes`: of the body that the items come to. */
  constructor(items: readonly Item[], superseded: readonly Item[], bytes: number) {
    this.items = items;
    this.superseded = superseded;
    this.bytes = bytes;
  }

  get keys(): readonly string[] {
    return this.items.map(({ record }) => record.id);
  }

  get body(): string {
    return uploadBody(this.items.map(({ record }) => record.json));
  }

  eachSent(told: ToldPlace): void {
    each(this.items, told);
  }

  eachSuperseded(told: ToldPlace): void {
    each(this.superseded, told);
  }
}

function each(items: readonly Item[], told: ToldPlace): void {
  for (const { position, record } of items) told(position, record.source.file.index);
}
