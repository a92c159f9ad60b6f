import { uploadEnvelope } from '../../contract/upload-body.ts';
import type { Item } from '../item.ts';
import { bodyBytes } from './batch.ts';

const minCapacity = 64 * 1024;

/**
 * Encodes the bodies of calls into buffers that are used again. New strings or buffers of this size for each call
 * would be garbage that V8 collects late, at a cost of tens of megabytes.
 */
export class BodyPool {
  readonly #free: Buffer[] = [];

  /** The body of a call that stores these records. */
  encode(items: readonly Item[]): Buffer {
    const size = bodyBytes(items);
    const buffer = this.#take(size);
    let end = buffer.write(uploadEnvelope.opening, 0, 'latin1');
    for (const [index, { record }] of items.entries()) {
      if (index > 0) end += buffer.write(',', end, 'latin1');
      // A text of as many bytes as characters is ASCII, which is faster to write as Latin-1.
      const encoding = record.bytes === record.json.length ? 'latin1' : 'utf8';
      end += buffer.write(record.json, end, encoding);
    }
    end += buffer.write(uploadEnvelope.closing, end, 'latin1');
    return buffer.subarray(0, end);
  }

  /** Makes the memory of a body available again. The caller must be sure that the body was sent completely. */
  release(body: Buffer): void {
    this.#free.push(Buffer.from(body.buffer, 0));
  }

  #take(size: number): Buffer {
    const index = this.#free.findIndex(({ length }) => length >= size);
    const [buffer] = index < 0 ? [] : this.#free.splice(index, 1);
    return buffer ?? Buffer.allocUnsafeSlow(Math.max(minCapacity, 2 ** Math.ceil(Math.log2(size))));
  }
}
