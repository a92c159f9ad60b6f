import type { JsonObject } from '../../../contract/json.ts';
import { OutputError } from '../../../errors.ts';
import { csvWriter } from '../../../read/csv.ts';
import { jsonWriter, type RecordFormat, type RecordWriter } from '../../../read/format.ts';
import { recordTable } from '../../../read/table.ts';
import { withoutCommands } from '../../../report/formats/github.ts';
import { jsonTextFor } from '../../../report/text/json-text.ts';
import type { Style } from '../../../report/text/style.ts';
import { tableText } from '../../../report/text/table-text.ts';
import { widthFor } from '../../../report/text/width.ts';
import { escapeLines } from '../../../text.ts';
import type { Output } from '../../../world.ts';
import type { CsvLosses } from './csv-losses.ts';

/** Characters to collect before they are written to a pipe. */
const chunkLength = 1 << 16;
/** Records to read before CSV is written. Their attributes become columns. */
const csvSampleSize = 1000;

type Records = AsyncIterable<JsonObject>;

/** The destination of records: standard output, or a file. */
export type RecordOutput = Pick<Output, 'write' | 'closed' | 'isTTY' | 'obeysCommands' | 'columns'>;

interface PrinterOptions {
  readonly format: RecordFormat;
  readonly fields: readonly string[] | undefined;
  /** One user was requested, so JSON is an object instead of a list. */
  readonly single: boolean;
  /** --safe-csv */
  readonly safeCsv: boolean;
  readonly stdout: RecordOutput;
  readonly style: Style;
  readonly csvLosses: CsvLosses;
  /** Converts a record to one that upload accepts. */
  readonly separate: (record: JsonObject) => JsonObject;
}

/** Prints records as they arrive. */
export class RecordPrinter {
  /** Whether anything was printed. */
  began = false;
  readonly #options: PrinterOptions;

  constructor(options: PrinterOptions) {
    this.#options = options;
  }

  async print(records: Records): Promise<void> {
    const { format, fields, single, separate, stdout, style } = this.#options;
    if (format === 'table') return await this.#table(records);
    if (format === 'csv') return await this.#csv(records);
    const writer = jsonWriter(format, { single, fields, separate });
    // If no user was found, JSON is an empty list, or nothing if one user was requested.
    const empty = format === 'json' && !single ? `${writer.opening}]\n` : '';
    await this.#stream(records, writer, { empty, printable: jsonTextFor(stdout, style) });
  }

  /** A table requires all records to determine the width of its columns. */
  async #table(records: Records): Promise<void> {
    const { fields, stdout, style } = this.#options;
    const all: JsonObject[] = [];
    for await (const record of records) all.push(record);
    await this.#write(tableText(recordTable(all, fields), { style, width: widthFor(stdout) }));
  }

  async #csv(records: Records): Promise<void> {
    const { fields, safeCsv, stdout, csvLosses, separate } = this.#options;
    // With --fields, each column was requested.
    const uploadable = fields ? records : mapped(records, separate);
    const ahead = await readAhead(uploadable, fields ? 0 : csvSampleSize);
    const writer = csvWriter({ fields, sample: ahead.sample, safe: safeCsv });
    const counted = {
      ...writer,
      record: (record: JsonObject, first: boolean) => {
        if (!fields) csvLosses.add(record);
        return writer.record(record, first);
      },
    };
    const printable = (row: string) => printableCsv(row, stdout);
    await this.#stream(ahead.records, counted, { empty: writer.opening, printable });
    csvLosses.warn();
  }

  async #stream(
    records: Records,
    writer: RecordWriter,
    { empty, printable }: { readonly empty: string; readonly printable: (text: string) => string },
  ): Promise<void> {
    const { stdout } = this.#options;
    // A terminal shows each record immediately; a pipe is faster in chunks.
    const length = stdout.isTTY ? 1 : chunkLength;
    let text = writer.opening;
    let first = true;
    try {
      for await (const record of records) {
        if (stdout.closed) return;
        text += printable(writer.record(record, first));
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
    await this.#write(first ? empty : text + writer.closing);
  }

  #write(text: string): Promise<void> {
    this.began ||= text !== '';
    return this.#options.stdout.write(text);
  }
}

async function* mapped(
  records: Records,
  map: (record: JsonObject) => JsonObject,
): AsyncGenerator<JsonObject> {
  for await (const record of records) yield map(record);
}

/** Reads the first `count` records. An error among them is thrown after the records before it. */
async function readAhead(
  records: Records,
  count: number,
): Promise<{ readonly sample: readonly JsonObject[]; readonly records: Records }> {
  const iterator = records[Symbol.asyncIterator]();
  const sample: JsonObject[] = [];
  let failure: { readonly error: unknown } | undefined;
  let done = false;
  while (!done && failure === undefined && sample.length < count) {
    try {
      const next = await iterator.next();
      if (next.done) done = true;
      else sample.push(next.value);
    } catch (error) {
      failure = { error };
    }
  }
  async function* all(): AsyncGenerator<JsonObject> {
    yield* sample;
    if (failure) throw failure.error;
    if (!done) yield* { [Symbol.asyncIterator]: () => iterator };
  }
  return { sample, records: all() };
}

/**
 * CSV has no escapes, so a terminal gets ours, and text that GitHub's runner would interpret is not printed.
 */
function printableCsv(row: string, { isTTY, obeysCommands }: RecordOutput): string {
  if (obeysCommands && withoutCommands(row) !== row) {
    throw new OutputError(
      'A user contains text that the GitHub runner would interpret as a workflow command.',
      {
        hint: 'Use --format ndjson, or redirect the output to a file.',
      },
    );
  }
  return isTTY ? escapeLines(row) : row;
}
