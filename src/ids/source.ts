import type { Readable } from 'node:stream';
import type { ReadSettings } from '../input/read-settings.ts';

/** Where ids come from. */
export interface IdSource {
  /** Ids on the command line. None, or `-`: standard input, unless `from` names a file. */
  readonly ids: readonly string[];
  /** A file, or `-`. */
  readonly from: string | undefined;
  /** The column or field that contains the ids, if the user named one: the input is then not a plain list. */
  readonly column: string | undefined;
  /** The columns or fields to look for otherwise; the first that exists is used. */
  readonly defaultColumns: readonly string[];
  /** The input is a plain list: each line is an id, whatever it looks like. */
  readonly isPlainList: boolean;
  readonly read: ReadSettings;
  /** What Miso has for an id as it is given: with --hash, its hash. */
  readonly stored?: (id: string) => string;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly cwd: string;
}

/** Takes a warning about the input. */
export type Warn = (text: string) => void;
