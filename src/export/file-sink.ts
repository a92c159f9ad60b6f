import { once } from 'node:events';
import { type Transform, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { OpenFile } from '../files/disk.ts';
import { writeAt } from '../files/write.ts';
import type { Compressor } from './compress.ts';

/** Characters to collect before they are written. */
const chunkLength = 1 << 16;

/** Appends text to a file, compressed if asked for. */
export class FileSink {
  readonly #write: (text: string) => Promise<void>;
  readonly #end: () => Promise<void>;
  #pending = '';

  constructor(handle: OpenFile, compressor: Compressor | undefined) {
    if (compressor === undefined) {
      this.#write = (text) => handle.appendFile(text);
      this.#end = async () => {};
      return;
    }
    const { write, end } = compressed(handle, compressor.create());
    this.#write = write;
    this.#end = end;
  }

  async write(text: string): Promise<void> {
    this.#pending += text;
    if (this.#pending.length >= chunkLength) await this.#flush();
  }

  /** Writes the rest, so that the file is complete. The file stays open. */
  async end(): Promise<void> {
    await this.#flush();
    await this.#end();
  }

  async #flush(): Promise<void> {
    const text = this.#pending;
    this.#pending = '';
    if (text !== '') await this.#write(text);
  }
}

function compressed(
  handle: OpenFile,
  compressor: Transform,
): { write: (text: string) => Promise<void>; end: () => Promise<void> } {
  const file = new Writable({
    write: (chunk: Buffer, _encoding, done) => void writeAt(handle, chunk, null).then(() => done(), done),
  });
  const written = pipeline(compressor, file);
  // Thrown by the next write.
  written.catch(() => {});
  return {
    write: async (text) => {
      if (compressor.destroyed) return await written;
      // A race with `written` would keep a reaction for every write until the end.
      if (!compressor.write(text)) await once(compressor, 'drain');
    },
    end: async () => {
      compressor.end();
      await written;
    },
  };
}
