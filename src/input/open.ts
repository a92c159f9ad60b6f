import type { InputRef } from './input-ref.ts';
import { type ByteInput, type OpenedText, type OpenHooks, openBytesAsText, openText } from './open-text.ts';
import type { ReadSettings } from './read-settings.ts';
import { createReader } from './readers.ts';
import { defaultLimits, type Limits, parseRecords } from './record-parser.ts';
import type { SourceFile, SourceRecord } from './source.ts';

/** An input whose format is known and whose records were not read yet. */
export interface OpenedInput {
  readonly file: SourceFile;
  readonly warnings: readonly string[];
  /** Raw bytes of the file that were read so far, for progress against its size. */
  bytesRead(): number;
  /**
   * The records in order, as many at a time as one piece of the text completes. Can be read once; leaving the
   * loop frees all resources. Throws InputError where reading cannot continue, after every complete record
   * before that point.
   */
  records(): AsyncGenerator<SourceRecord[]>;
  /** Frees the resources of an unfinished read. */
  close(): Promise<void>;
}

/**
 * Opens an input and examines its start: compression, encoding, format, delimiter and header. The records are
 * read from the same handle. Throws UsageError or InputError for a fault at its start and then leaves nothing
 * open.
 */
export async function openInput(
  ref: InputRef,
  settings: ReadSettings,
  hooks: OpenHooks = {},
): Promise<OpenedInput> {
  return await recordsOf(await openText(ref, settings, hooks), settings, hooks);
}

/** Like openInput, for bytes that are not in a file. */
export async function openBytes(
  input: ByteInput,
  settings: ReadSettings,
  { hooks = {}, limits = defaultLimits }: { hooks?: OpenHooks; limits?: Limits } = {},
): Promise<OpenedInput> {
  return await recordsOf(await openBytesAsText(input, settings, hooks), settings, { ...hooks, limits });
}

/**
 * The records of a text. Throws UsageError or InputError for a fault at its start, and closes the text first.
 */
export async function recordsOf(
  opened: OpenedText,
  settings: ReadSettings,
  { limits = defaultLimits, onWarning }: { limits?: Limits; onWarning?: OpenHooks['onWarning'] } = {},
): Promise<OpenedInput> {
  const { index, path, encoding, bom, compression, bytesRead } = opened;
  try {
    const known = { index, path, settings, limits, encoding, bom, compression };
    let reader = createReader({ ...known, ...opened, text: opened.head });
    for (let length = 2 * opened.head.length; !reader; length *= 2) {
      const start = await opened.peek(length);
      reader = createReader({ ...known, ...start, text: start.head });
      // No more text follows that could complete the header.
      if (!reader && start.failure !== undefined) throw start.failure;
    }
    const { file, warnings } = reader;
    const records = parseRecords(opened.texts, reader, onWarning);
    return {
      file,
      warnings: [...opened.warnings, ...warnings],
      bytesRead,
      records: () => records,
      close: async () => {
        // Standard input may have to be destroyed first. Otherwise a read that waits for it would never end.
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
