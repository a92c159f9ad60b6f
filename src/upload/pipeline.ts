import { UsageError } from '../errors.ts';
import { type Batcher, bodyBytes } from './batching/batch.ts';
import type { Dispatcher } from './batching/dispatcher.ts';
import type { ReadChunk } from './item.ts';
import type { Ledger } from './journal/ledger.ts';
import type { OutcomeRecorder } from './outcome/outcome-recorder.ts';
import { oversized } from './rejects/rejection.ts';

export interface PipelineStages {
  readonly batcher: Batcher;
  readonly dispatcher: Dispatcher;
  readonly outcomes: OutcomeRecorder;
  readonly ledger: Ledger;
  /** A record that does not fit into a request body of this size is rejected. */
  readonly maxBodyBytes: number;
  /** Called when everything was read before anything was sent. If it throws, nothing is sent. */
  readonly beforeOnlyBatch: () => void;
  /** The same before the first of several batches. */
  readonly beforeFirstBatch: () => void;
}

/**
 * Sends records as fast as the dispatcher accepts them, and resolves when each has an outcome. Throws the
 * first failure of a call, or else the error of `chunks`, after sending the records before it. A stage that
 * drops or changes records, such as a comparison with the users at Miso, is a generator between the reader
 * and this function.
 */
export async function sendChunks(chunks: AsyncIterable<ReadChunk>, stages: PipelineStages): Promise<void> {
  const { batcher, dispatcher, outcomes, ledger, maxBodyBytes, beforeFirstBatch, beforeOnlyBatch } = stages;
  let hasSent = false;
  try {
    for await (const chunk of chunks) {
      outcomes.read(chunk);
      for (const item of chunk.items) {
        if (bodyBytes([item]) > maxBodyBytes) {
          outcomes.refused(oversized(item, maxBodyBytes));
          continue;
        }
        const batch = batcher.add(item);
        if (!batch) continue;
        if (!hasSent) beforeFirstBatch();
        hasSent = true;
        await dispatcher.add(batch);
      }
      // Rejected records fill no batch, so only the disk can slow down reading.
      await ledger.waitForDisk();
    }
    if (!hasSent) beforeOnlyBatch();
  } catch (error) {
    // Wrong options: nothing is sent.
    if (error instanceof UsageError && !hasSent) batcher.flush();
    throw error;
  } finally {
    await dispatcher.finish(batcher.flush());
  }
}
