import { UsageError } from '../errors.ts';
import type { OpenFile } from '../files/disk.ts';
import { appendDurably, createFile, orOutputError, reasonOf } from '../files/write.ts';
import { readUsers } from '../read/read-users.ts';
import type { DeleteDeps } from './settings.ts';

/** Reads that wait for their turn: enough for any number of calls in flight that is usual. */
const readsAtOnce = 32;

/** What of some users could not be saved. */
export interface Saved {
  readonly unsaved: ReadonlyMap<string, string>;
  readonly missing: readonly string[];
}

/** Saves records before they go: NDJSON that upload takes, readable by its owner only. */
export class Backup {
  readonly #path: string;
  readonly #handle: OpenFile;
  readonly #deps: Pick<DeleteDeps, 'users' | 'stop'>;

  private constructor(path: string, handle: OpenFile, deps: Pick<DeleteDeps, 'users' | 'stop'>) {
    this.#path = path;
    this.#handle = handle;
    this.#deps = deps;
  }

  /** Throws UsageError for a file that is there already: it may be the only copy of somebody. */
  static async create(path: string, deps: Pick<DeleteDeps, 'users' | 'stop'>): Promise<Backup> {
    const handle = await createFile(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST')
        throw new UsageError(`The backup file ${path} exists already.`, { hint: 'Name another file.' });
      throw new UsageError(`The backup file ${path} cannot be written: ${reasonOf(error)}.`);
    });
    return new Backup(path, handle, deps);
  }

  /**
   * Reads and saves some users, and resolves once the disk has them.
   * Resolves with the ids that cannot be read, and so cannot be saved, with the reason, and with those whom Miso does not have.
   */
  async save(ids: readonly string[]): Promise<Saved> {
    const unsaved = new Map<string, string>();
    const missing: string[] = [];
    const lines: string[] = [];
    for await (const found of readUsers([ids], { ...this.#deps, concurrency: () => readsAtOnce })) {
      if (found.kind === 'found') lines.push(`${JSON.stringify(found.record)}\n`);
      else if (found.asked) missing.push(found.id);
      else unsaved.set(found.id, `not deleted, because it cannot be saved: ${found.reason}`);
    }
    await orOutputError(appendDurably(this.#handle, lines.join('')), {
      name: `The backup file ${this.#path}`,
      hint: 'What it does not hold was not deleted.',
    });
    return { unsaved, missing };
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}
