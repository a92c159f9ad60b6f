import { createHash } from 'node:crypto';
import { mkdir, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UsageError } from '../../errors.ts';
import { type Lock, lock } from '../../files/lock.ts';

/** The files that a run writes to, each of them by no other run at the same time. */
export class Claims {
  readonly #directory: string | undefined;
  readonly #locks = new Map<string, Lock>();

  /** `directory`: where the locks lie; without one nothing is known of other runs. */
  constructor(directory: string | undefined) {
    this.#directory = directory;
  }

  /** Claims a file, by its absolute path, before it is made. False when a run that is still alive has it. */
  async take(path: string): Promise<boolean> {
    if (this.#directory === undefined || this.#locks.has(path)) return true;
    try {
      await mkdir(this.#directory, { recursive: true, mode: 0o700 });
      this.#locks.set(path, await lock(join(this.#directory, await lockName(path))));
    } catch (error) {
      // Where no lock can be kept a run goes on without.
      return !(error instanceof UsageError);
    }
    return true;
  }

  async release(): Promise<void> {
    for (const held of this.#locks.values()) await held.release();
    this.#locks.clear();
  }
}

/** One file has one lock, however its folder was reached. */
async function lockName(path: string): Promise<string> {
  const folder = await realpath(dirname(path)).catch(() => dirname(path));
  const digest = createHash('sha256').update(join(folder, basename(path)));
  return `${digest.digest('hex').slice(0, 24)}.rejects.lock`;
}
