import { OutputError } from '../../../errors.ts';
import { type RecordFormat, recordWriter } from '../../../read/format.ts';
import { tableText } from '../../../read/table.ts';
import { withoutCommands } from '../../../report/formats/github.ts';
import { pad, truncate, widthOf } from '../../../report/text/width.ts';
import { escapeControls, escapeJson, escapeLines } from '../../../text.ts';
import type { Output } from '../../../world.ts';
import type { LookupStats } from './lookup-stats.ts';

/** Characters to collect before they are written to a pipe. */
const chunkLength = 1 << 16;

type Records = AsyncIterable<Readonly<Record<string, unknown>>>;

interface PrinterOptions {
  readonly format: RecordFormat;
  readonly fields: readonly string[] | undefined;
  /** One user was asked for: JSON is then an object and not a list. */
  readonly single: boolean;
  readonly stdout: Output;
  readonly stats: LookupStats;
}

/** Prints records as they arrive. */
export class RecordPrinter {
  /** Whether anything was printed. */
  began = false;
  readonly #options: PrinterOptions;

  constructor(options: PrinterOptions) {
    this.#options = options;
  }

  print(records: Records): Promise<void> {
    const { format } = this.#options;
    return format === 'table' ? this.#table(records) : this.#stream(records, format);
  }

  /** A table needs all records, to know the width of its columns. */
  async #table(records: Records): Promise<void> {
    const { fields, stdout } = this.#options;
    const all: Readonly<Record<string, unknown>>[] = [];
    for await (const record of records) all.push(record);
    const width = stdout.isTTY ? stdout.columns : Number.POSITIVE_INFINITY;
    await this.#write(tableText(all, fields, { width, shown: escapeControls, widthOf, truncate, pad }));
  }

  async #stream(records: Records, format: Exclude<RecordFormat, 'table'>): Promise<void> {
    const { fields, single, stdout, stats } = this.#options;
    const writer = recordWriter(format, { single, fields });
    // A terminal shows each record at once; a pipe is faster in chunks.
    const length = stdout.isTTY ? 1 : chunkLength;
    let text = writer.opening;
    let first = true;
    try {
      for await (const record of records) {
        if (stdout.closed) return;
        if (format === 'csv' && !fields) stats.addCsvRecord(record);
        const written = writer.record(record, first);
        text += format === 'csv' ? printableCsv(written, stdout) : escapeJson(written);
        first = false;
        if (text.length < length) continue;
        await this.#write(text);
        text = '';
      }
    } catch (error) {
      // Print the records found before the error, and close the JSON, so that it can be parsed.
      if (!first && !(error instanceof OutputError)) await this.#write(text + writer.closing);
      throw error;
    }
    await this.#write(text + (first && format === 'json' ? emptyJson(single) : writer.closing));
    stats.warnOfLosses();
  }

  #write(text: string): Promise<void> {
    this.began ||= text !== '';
    return this.#options.stdout.write(text);
  }
}

/** CSV has no escapes: a terminal gets those of ours, and what a workflow's runner would obey cannot be printed. */
function printableCsv(row: string, { isTTY, obeysCommands }: Output): string {
  if (obeysCommands && withoutCommands(row) !== row) {
    throw new OutputError('A user contains text that the runner of this workflow would obey as a command.', {
      hint: 'Use --format ndjson, or redirect the output to a file.',
    });
  }
  return isTTY ? escapeLines(row) : row;
}

/** No user was found: an empty list, or nothing instead of one object. */
function emptyJson(single: boolean): string {
  return single ? '' : ']\n';
}
