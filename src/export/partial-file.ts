import { rm } from 'node:fs/promises';
import { exactJson, keepText } from '../contract/exact-json.ts';
import type { JsonObject } from '../contract/json.ts';
import { isObject, parseJson } from '../contract/json.ts';
import { InputError, UsageError } from '../errors.ts';
import { type CompleteLine, completeLines } from '../files/complete-lines.ts';
import type { OpenFile } from '../files/disk.ts';
import { cutFile, moveDurably, openToAppend, orOutputError, replaceFileOpen } from '../files/write.ts';
import { decompress } from '../input/bytes/decompress.ts';
import { readBytes } from '../input/bytes/read-bytes.ts';
import type { Compressor } from './compress.ts';
import { FileSink } from './file-sink.ts';

export const hint = 'Users written so far are kept: --resume continues the export.';

/**
 * The records of an incomplete export, one per line, readable only by the owner. The file is compressed in
 * the same way as the result, so that it takes no more space.
 */
export class PartialFile {
  readonly #path: string;
  readonly #compressor: Compressor | undefined;
  readonly #handle: OpenFile;
  readonly #sink: FileSink;

  private constructor(path: string, handle: OpenFile, compressor: Compressor | undefined) {
    this.#path = path;
    this.#handle = handle;
    this.#compressor = compressor;
    this.#sink = new FileSink(handle, compressor);
  }

  /** Creates the file, replacing one from an earlier export. */
  static async create(path: string, compressor: Compressor | undefined): Promise<PartialFile> {
    await orOutputError(rm(path, { force: true }), { name: `The file ${path}` });
    const handle = await orOutputError(openToAppend(path), { name: `The file ${path}` });
    return new PartialFile(path, handle, compressor);
  }

  /**
   * Continues the file of an interrupted export, if there is one, and passes the ids that it contains to
   * `onId`. An incomplete last line is removed. Throws UsageError for a file that is not an interrupted
   * export.
   */
  static async resume(
    path: string,
    compressor: Compressor | undefined,
    onId: (id: string) => void,
  ): Promise<PartialFile> {
    const checked = async function* () {
      for await (const line of linesIn(path, compressor)) {
        onId(idIn(line.text, path));
        yield line;
      }
    };
    if (compressor === undefined) {
      const handle = await orOutputError(openToAppend(path), { name: `The file ${path}` });
      try {
        let size = 0;
        for await (const { end } of checked()) size = end;
        await cutFile(path, size);
        return new PartialFile(path, handle, undefined);
      } catch (error) {
        await handle.close();
        throw error;
      }
    }
    // Truncated compressed data cannot be appended to, so the readable part is written again.
    const handle = await orOutputError(
      replaceFileOpen(path, async (draft) => {
        const sink = new FileSink(draft, compressor);
        for await (const { text } of checked()) await sink.write(`${text}\n`);
        await sink.end();
      }),
      { name: `The file ${path}` },
    );
    return new PartialFile(path, handle, compressor);
  }

  write(record: JsonObject): Promise<void> {
    return orOutputError(this.#sink.write(`${exactJson(record)}\n`), {
      name: `The file ${this.#path}`,
      hint,
    });
  }

  /** Completes the file: all records are on disk once this resolves. */
  async end(): Promise<void> {
    const work = async () => {
      await this.#sink.end();
      await this.#handle.sync();
    };
    await orOutputError(work(), { name: `The file ${this.#path}`, hint });
  }

  /** All records of a complete file. */
  async *records(): AsyncGenerator<JsonObject> {
    const lines = completeLines(this.#path, contentOf(this.#path, this.#compressor));
    for await (const { text } of lines) {
      const record = JSON.parse(text) as JsonObject;
      keepText(record, text);
      yield record;
    }
  }

  moveTo(path: string): Promise<void> {
    return orOutputError(moveDurably(this.#path, path), { name: `The file ${path}`, hint });
  }

  remove(): Promise<void> {
    return rm(this.#path, { force: true });
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

/** The complete lines of a file that may be truncated or missing. */
async function* linesIn(path: string, compressor: Compressor | undefined): AsyncGenerator<CompleteLine> {
  try {
    yield* completeLines(path, contentOf(path, compressor));
  } catch (error) {
    const cause = (error as Error).cause as NodeJS.ErrnoException | undefined;
    if (!(error instanceof InputError) && cause?.code !== 'ENOENT') throw error;
  }
}

function contentOf(path: string, compressor: Compressor | undefined): AsyncIterable<Buffer> {
  const bytes = readBytes({ index: 0, path, absolute: path });
  return compressor === undefined ? bytes : decompress(bytes, compressor.name, path);
}

function idIn(line: string, path: string): string {
  const record = parseJson(line);
  const id = isObject(record) ? record['user_id'] : undefined;
  if (typeof id === 'string') return id;
  throw new UsageError(`${path} does not contain an interrupted export.`, {
    hint: 'Remove it, or export without --resume.',
  });
}
