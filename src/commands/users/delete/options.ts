import type { GlobalOptions } from '../../../cli/options.ts';
import type { Resolved } from '../../../config/resolve.ts';
import type { Logger } from '../../../report/progress/logger.ts';
import type { World } from '../../../world.ts';
import type { IdOptions } from '../../id-input.ts';
import type { DeleteFlags } from '../delete-flags.ts';

export interface DeleteOptions extends GlobalOptions, IdOptions, DeleteFlags {
  readonly resume?: boolean;
}

/** The dependencies of every step of the command. */
export interface DeleteCommand {
  readonly options: DeleteOptions;
  readonly resolved: Resolved;
  readonly world: World;
  readonly logger: Logger;
}

/** The files that a delete writes, except its report. */
export interface DeleteOutputs {
  readonly backup: string | undefined;
  /** NDJSON. */
  readonly receipt: string | undefined;
  /** Markdown. */
  readonly certificate: string | undefined;
}

/** For `x.md`, the certificate is `x.md` and the receipt is `x.ndjson` in the same folder. */
export function outputsOf({ backup, receipt }: Pick<DeleteOptions, 'backup' | 'receipt'>): DeleteOutputs {
  const stem = /^(.*)\.(?:md|markdown)$/is.exec(receipt ?? '')?.[1];
  if (stem === undefined) return { backup, receipt, certificate: undefined };
  return { backup, receipt: `${stem}.ndjson`, certificate: receipt };
}
