import type { UploadSummary } from '../upload/outcome/summary.ts';
import type { BlockedDeletes } from './state/state-header.ts';

/** Users by how they compare with the state and with the ids at Miso. Documented in docs/sync.md. */
export interface SyncCounts {
  /** Not at Miso. */
  readonly new: number;
  /** Their record differs from the state. */
  readonly changed: number;
  readonly unchanged: number;
  /** At Miso, and not in the state. */
  readonly unknown: number;
  /** In the state, and not in the input. */
  readonly gone: number;
  /** At Miso, and neither in the state nor in the input. */
  readonly foreign: number;
  readonly deleted: number;
}

/** The result of a sync: that of its upload, and what the comparison says. */
export interface SyncSummary extends UploadSummary {
  readonly set: string;
  readonly state: string;
  readonly sync: SyncCounts & {
    /** Gone, and kept because others changed them. */
    readonly changedElsewhere: number;
    /** Gone, and not deleted because a call or its task failed. */
    readonly failed: number;
  };
  /** Deletes that a guard stopped, in this run or in an earlier one. */
  readonly blockedDeletes?: BlockedDeletes;
  /** The first ids of the users who are gone; absent when they were not listed. */
  readonly goneIds?: readonly string[];
}
