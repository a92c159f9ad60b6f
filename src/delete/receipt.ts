import type { Clock } from '../clock.ts';
import { isObject, parseJson } from '../contract/json.ts';
import { UsageError } from '../errors.ts';
import { completeLines } from '../files/complete-lines.ts';
import type { OpenFile } from '../files/disk.ts';
import { appendDurably, openToAppend, orOutputError, reasonOf } from '../files/write.ts';
import type { DeleteResult } from './settings.ts';

/** A line of a receipt. The last line of an id is valid. */
export interface ReceiptEntry {
  readonly time: string;
  readonly user_id: string;
  readonly server: string;
  readonly task_id: string | null;
  /** `intent`: written before the call that deletes the user, and after a call without a reply. */
  readonly outcome: DeleteResult['outcome'] | 'intent';
  readonly existed: boolean | null;
  readonly verified: boolean;
  readonly interactions: boolean;
  readonly reason?: string;
}

interface Options {
  readonly server: string;
  readonly clock: Clock;
  readonly resume: boolean;
}

/** Proof of the deletions: an append-only NDJSON file, readable by its owner only. */
export class Receipt {
  readonly #path: string;
  readonly #handle: OpenFile;
  readonly #options: Options;
  /** The last entries of the run that is resumed, by id. */
  readonly previous: ReadonlyMap<string, ReceiptEntry>;

  private constructor(
    path: string,
    handle: OpenFile,
    { previous, ...options }: Options & { readonly previous: ReadonlyMap<string, ReceiptEntry> },
  ) {
    this.#path = path;
    this.#handle = handle;
    this.#options = options;
    this.previous = previous;
  }

  /** Throws UsageError for a file that cannot be written. */
  static async open(path: string, options: Options): Promise<Receipt> {
    const handle = await openToAppend(path).catch((error: unknown) => {
      throw new UsageError(`The receipt file ${path} cannot be written: ${reasonOf(error)}.`);
    });
    const stats = await handle.stat();
    if (!stats.isFile()) return new Receipt(path, handle, { ...options, previous: new Map() });
    const { entries, size } = await entriesIn(path, options);
    // A line that a kill cut off is kept, because a receipt is append-only. It must not corrupt the next
    // line.
    if (stats.size > size) await handle.appendFile('\n');
    return new Receipt(path, handle, { ...options, previous: entries });
  }

  /** Writes a line for each user that will be deleted next. */
  async writeIntents(users: readonly Pick<DeleteResult, 'id' | 'existed'>[]): Promise<void> {
    const time = new Date(this.#options.clock.now()).toISOString();
    await this.#append(
      users.map(({ id, existed }) => ({
        id,
        existed,
        time,
        outcome: 'intent',
        verified: false,
        interactions: false,
      })),
    );
  }

  async writeResults(results: readonly DeleteResult[]): Promise<void> {
    await this.#append(results.map((result) => (result.noReply ? { ...result, outcome: 'intent' } : result)));
  }

  async #append(
    lines: readonly (Omit<DeleteResult, 'outcome'> & Pick<ReceiptEntry, 'outcome'>)[],
  ): Promise<void> {
    if (lines.length === 0) return;
    const { server } = this.#options;
    const text = lines.map(({ id, time, taskId, outcome, existed, verified, interactions, reason }) => {
      const line: ReceiptEntry = {
        ...{ time, user_id: id, server, task_id: taskId ?? null },
        ...{ outcome, existed, verified, interactions },
        ...(reason === undefined ? {} : { reason }),
      };
      return `${JSON.stringify(line)}\n`;
    });
    await orOutputError(appendDurably(this.#handle, text.join('')), {
      name: `The receipt file ${this.#path}`,
    });
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

/** The last entry of each id for a server, if a run is resumed, and the size of all complete lines. */
async function entriesIn(
  path: string,
  { server, resume }: Options,
): Promise<{ entries: Map<string, ReceiptEntry>; size: number }> {
  const entries = new Map<string, ReceiptEntry>();
  let size = 0;
  for await (const { text, end } of completeLines(path)) {
    size = end;
    if (!resume) continue;
    const entry = parseJson(text);
    if (isEntry(entry) && entry.server === server) entries.set(entry.user_id, entry);
  }
  return { entries, size };
}

function isEntry(value: unknown): value is ReceiptEntry {
  return isObject(value) && typeof value['user_id'] === 'string' && typeof value['outcome'] === 'string';
}
