import { mkdir, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { digest } from '../../digest.ts';
import { UsageError } from '../../errors.ts';
import { type Lock, lock } from '../../files/lock.ts';

/** Locks on the files that a run writes, so that no two runs write the same file. */
export class FileLocks {
  readonly #directory: string | undefined;
  readonly #locks = new Map<string, Lock>();

  /** `directory`: where the lock files are. Without one every lock succeeds. */
  constructor(directory: string | undefined) {
    this.#directory = directory;
  }

  /** Locks a file, which need not exist, by its absolute path. False if another run holds the lock. */
  async acquire(path: string): Promise<boolean> {
    if (this.#directory === undefined || this.#locks.has(path)) return true;
    try {
      await mkdir(this.#directory, { recursive: true, mode: 0o700 });
      const name = join(this.#directory, await lockName(path));
      this.#locks.set(path, await lock(name, { what: `Another upload writes ${path}` }));
    } catch (error) {
      // A folder that cannot be written to does not stop a run.
      return !(error instanceof UsageError);
    }
    return true;
  }

  async release(): Promise<void> {
    for (const held of this.#locks.values()) await held.release();
    this.#locks.clear();
  }
}

/** The same for all paths to a file. */
async function lockName(path: string): Promise<string> {
  const folder = await realpath(dirname(path)).catch(() => dirname(path));
  return `${digest(join(folder, basename(path)), 24)}.rejects.lock`;
}
