import type { Session } from '../api/session.ts';
import type { Limit } from '../contract/limit.ts';
import type { Disk } from '../files/disk.ts';
import type { UploadDeps, UploadSettings } from '../upload/settings.ts';
import type { PlannedAction } from './plan/plan-file.ts';
import type { Shaping } from './state/state-header.ts';

/** What the user asked for. */
export interface SyncSettings {
  readonly upload: UploadSettings;
  readonly shaping: Shaping;
  /** Absolute path of the state file. */
  readonly state: string;
  readonly set: string;
  /** The state file was named, and the set was not: any set is accepted. */
  readonly anySet: boolean;
  /** Sends all records. */
  readonly full: boolean;
  /** Compares with the ids at Miso. */
  readonly remote: boolean;
  readonly maxChanges: Limit;
  readonly maxStateAgeMs: number;
  /** The key of the state was replaced by the one in use. */
  readonly adoptKey: boolean;
  /** Adds to the state the users whose record at Miso is that of the input. Sends nothing. */
  readonly adopt: boolean;
  /** Sends nothing and writes no state. */
  readonly dryRun: boolean;
  /** Absolute path: save what would be done. Implies `dryRun`. */
  readonly plan?: string | undefined;
  /** Do only what a plan says, which was made for the state with this serial. */
  readonly only?: { readonly serial: number; readonly actions: AsyncIterable<PlannedAction> };
  /** Absent without --delete. */
  readonly deletes: DeleteOptions | undefined;
}

/** How users who are gone are deleted. */
export interface DeleteOptions {
  readonly maxDeletes: Limit;
  /** Only users who have been gone for at least this long. */
  readonly afterMs: number;
  /** Absolute path, as is `receipt`. */
  readonly backup: string | undefined;
  readonly receipt: string | undefined;
  readonly withInteractions: boolean;
  readonly verify: boolean;
}

/** The dependencies of a sync. */
export interface SyncDeps extends UploadDeps {
  readonly session: Session;
  /** The folder with the list of states that this machine wrote; absent: none is kept. */
  readonly states?: string;
  /** 32 random hexadecimal digits, for a new state. */
  readonly salt: string;
  readonly disk?: Disk;
  /** --resume: the user expects an interrupted run. */
  readonly resume?: boolean;
  /** Whether these users may be deleted. Throws what ends the run instead. */
  readonly confirmDeletes: (ids: readonly string[]) => Promise<boolean>;
}
