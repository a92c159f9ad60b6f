import type { Batch } from '../batching/batch.ts';
import type { OutcomeSink } from '../outcome/outcome-sink.ts';
import type { RunStop } from '../run-stop.ts';

/** Sends one batch until each of its records has an outcome. */
export type SendBatch = (batch: Batch) => Promise<void>;

export interface SenderTools {
  readonly stop: RunStop;
  readonly outcomes: OutcomeSink;
  /** A record that does not fit into a request body of this size is rejected. */
  readonly maxBodyBytes: number;
  /** Sends a batch, or only checks it in a run without a session. The outcomes go to `sink`. */
  readonly send: (batch: Batch, sink: OutcomeSink) => Promise<void>;
}

/** Creates what sends each batch instead of `send` alone, for instance to change its records first. */
export type CreateSender = (tools: SenderTools) => SendBatch;
