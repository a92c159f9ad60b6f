import { uploadEnvelopeBytes } from '../../contract/upload-body.ts';
import type { SourceFile } from '../../input/source.ts';
import type { MappedRecord } from '../../records/record.ts';
import type { Ranges } from '../journal/ranges.ts';
import { oversized } from '../rejects/rejection.ts';
import { Batcher, type BatchLimits } from './batch.ts';
import type { Batch, RejectedItem } from './item.ts';

/** Some records of one input, in order, with the position of the first among all records of the run. */
export interface Chunk {
  readonly file: SourceFile;
  readonly position: number;
  readonly records: readonly MappedRecord[];
}

/** What is to become of some records of one input, and of earlier ones that wait for company. */
export interface Portion {
  /** Position of the input. */
  readonly file: number;
  /** Records that were read. */
  readonly taken: number;
  /** Those among them that an earlier run brought to their end. */
  readonly skipped: number;
  /** Those among them that no call will carry. */
  readonly refused: readonly RejectedItem[];
  /** Batches that are complete now. */
  readonly batches: readonly Batch[];
}

export interface PortionRules {
  readonly limits: BatchLimits;
  /** Positions that an earlier run brought to their end. */
  readonly done: Ranges | undefined;
}

/** Gathers what was read into batches, and sorts out what needs no call. */
export async function* portions(
  chunks: AsyncIterable<Chunk>,
  { limits, done }: PortionRules,
): AsyncGenerator<Portion> {
  const batcher = new Batcher(limits);
  const most = limits.bytes;
  let broken: { error: unknown } | undefined;
  let file = 0;
  try {
    for await (const { file: from, position: first, records } of chunks) {
      file = from.index;
      let skipped = 0;
      const refused: RejectedItem[] = [];
      const batches: Batch[] = [];
      for (const [n, record] of records.entries()) {
        const position = first + n;
        if (done?.has(position)) skipped++;
        else if (record.kind === 'rejected') refused.push({ rejection: record, position });
        else if (record.bytes + uploadEnvelopeBytes > most)
          refused.push({ rejection: oversized({ record, position }, most), position });
        else {
          const batch = batcher.add({ record, position });
          if (batch) batches.push(batch);
        }
      }
      yield { file, taken: records.length, skipped, refused, batches };
    }
  } catch (error) {
    broken = { error };
  }
  // What came before the place that cannot be read is good.
  const last = batcher.flush();
  if (last) yield { file, taken: 0, skipped: 0, refused: [], batches: [last] };
  if (broken) throw broken.error;
}
