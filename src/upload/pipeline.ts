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
  /** A record that does not fit into a body of this size is rejected. */
  readonly maxBodyBytes: number;
  /** Called when everything was read and nothing was sent yet. When it throws, nothing is sent. */
  readonly beforeOnlyBatch: () => void;
}

/**
 * Sends records as fast as the dispatcher takes them, and resolves when each has an outcome. Throws the first failure
 * of a call, or else what `chunks` throws; records before it are sent. A stage that drops or changes records, such as
 * a comparison with what Miso holds, is a generator between the reader and this function.
 */
export async function sendChunks(chunks: AsyncIterable<ReadChunk>, stages: PipelineStages): Promise<void> {
  const { batcher, dispatcher, outcomes, ledger, maxBodyBytes } = stages;
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
        hasSent = true;
        await dispatcher.add(batch);
      }
      // A chunk of rejected records fills no batch, so only the disk can slow it down.
      await ledger.waitForDisk();
    }
    if (!hasSent) checkOnlyBatch(stages);
  } finally {
    await dispatcher.finish(batcher.flush());
  }
}

function checkOnlyBatch({ beforeOnlyBatch, batcher }: PipelineStages): void {
  try {
    beforeOnlyBatch();
  } catch (error) {
    batcher.flush();
    throw error;
  }
}
