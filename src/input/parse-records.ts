import type { SourceRecord } from './source.ts';

/** Finds the records in a text that comes in pieces. */
export interface RecordParser {
  /** Appends the records that the text completes. What it throws comes after the records that it appended. */
  push(text: string, records: SourceRecord[]): void;
  /** Says that the text is complete: appends what is left, or throws what is missing. */
  end(records: SourceRecord[]): void;
}

/** All records of a text, as many at a time as a piece of it completes. Every record before a fault comes out first. */
export async function* parseRecords(
  texts: AsyncIterable<string>,
  parser: RecordParser,
): AsyncGenerator<SourceRecord[]> {
  for await (const text of texts) yield* completed((records) => parser.push(text, records));
  yield* completed((records) => parser.end(records));
}

function* completed(parse: (records: SourceRecord[]) => void): Generator<SourceRecord[]> {
  const records: SourceRecord[] = [];
  let failure: { error: unknown } | undefined;
  try {
    parse(records);
  } catch (error) {
    failure = { error };
  }
  if (records.length > 0) yield records;
  if (failure) throw failure.error;
}
