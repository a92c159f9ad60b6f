import type { InputRef } from './input-ref.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { type ByteInput, type OpenedText, type OpenHooks, openBytesAsText, openText } from './open-text.ts';
import { parseRecords } from './parse-records.ts';
import type { ReadSettings } from './read-settings.ts';
import type { SourceFile, SourceRecord } from './source.ts';
import { startRecords } from './start-records.ts';

/** An input of which the start was looked at: what it is is known, its records are still to be read. */
export interface OpenedInput {
  readonly file: SourceFile;
  readonly warnings: readonly string[];
  /** Raw bytes of the file that were read so far, for progress against its size. */
  bytesRead(): number;
  /**
   * The records in order, as many at a time as one piece of the text completes. To be read once; leaving the loop frees
   * everything. Throws InputError where the input cannot be read any further, after every complete record before.
   */
  records(): AsyncGenerator<SourceRecord[]>;
  /** Frees what an input holds that is not read, or not to its end. */
  close(): Promise<void>;
}

/**
 * Opens an input and looks at its start: compression, encoding, format, delimiter and header.
 * Throws UsageError or InputError for what is wrong there; nothing is left open then.
 */
export async function openInput(
  ref: InputRef,
  settings: ReadSettings,
  hooks: OpenHooks = {},
): Promise<OpenedInput> {
  return await recordsOf(await openText(ref, settings, hooks), settings);
}

/** Like openInput, for bytes that are not in a file. */
export async function openBytes(
  input: ByteInput,
  settings: ReadSettings,
  { hooks = {}, limits = defaultLimits }: { hooks?: OpenHooks; limits?: Limits } = {},
): Promise<OpenedInput> {
  return await recordsOf(await openBytesAsText(input, settings, hooks), settings, limits);
}

/** The records of a text. Throws UsageError or InputError for what is wrong at its start; nothing is left open then. */
export async function recordsOf(
  opened: OpenedText,
  settings: ReadSettings,
  limits: Limits = defaultLimits,
): Promise<OpenedInput> {
  const { index, path, head, complete, failure, encoding, compression, texts, bytesRead } = opened;
  try {
    const { file, parser, warnings, parsed } = startRecords({
      ...{ index, path, settings, limits, text: head, complete, failure, encoding, compression },
    });
    const records = parseRecords(afterCharacters(texts, parsed), parser);
    return {
      file,
      warnings: [...opened.warnings, ...warnings],
      bytesRead,
      records: () => records,
      close: async () => {
        // Standard input may have to be ended first, or a read that waits for it would wait for ever.
        const closed = opened.close();
        await records.return(undefined);
        await closed;
      },
    };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

async function* afterCharacters(texts: AsyncIterable<string>, count: number): AsyncGenerator<string> {
  let left = count;
  for await (const text of texts) {
    const skipped = Math.min(left, text.length);
    left -= skipped;
    if (skipped < text.length) yield text.slice(skipped);
  }
}
