import type { Readable } from 'node:stream';
import type { ReadSettings } from '../input/read-settings.ts';

/** Where ids come from. */
export interface IdSource {
  /** Ids on the command line. None, or `-`: standard input, unless `from` names a file. */
  readonly ids: readonly string[];
  /** A file, or `-`. */
  readonly from: string | undefined;
  /** The column or field that holds the ids, when the user named one. */
  readonly column: string | undefined;
  /** The column or field to look for otherwise; default: `user_id`. */
  readonly defaultColumn?: string;
  /** The option that names the column, for messages. */
  readonly columnOption?: string;
  readonly read: ReadSettings;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly cwd: string;
}

/** Takes a warning about the input. */
export type Warn = (text: string) => void;
