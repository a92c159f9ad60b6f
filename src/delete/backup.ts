import { createHash } from 'node:crypto';
import { exactJson } from '../contract/exact-json.ts';
import { isObject, type JsonObject, parseJson } from '../contract/json.ts';
import { UsageError } from '../errors.ts';
import { completeLines } from '../files/complete-lines.ts';
import type { OpenFile } from '../files/disk.ts';
import { appendDurably, createFile, cutFile, openToAppend, orOutputError, reasonOf } from '../files/write.ts';
import { RefusedKeys } from '../records/refused-keys.ts';

interface BackupOptions {
  readonly resume: boolean;
  /** Counts keys that upload would refuse. */
  readonly refusedKeys?: RefusedKeys | undefined;
}

/** The records of deleted users: NDJSON that upload accepts, readable by its owner only. */
export class Backup {
  readonly #path: string;
  readonly #handle: OpenFile;
  /** Hashes of the saved records, by id. */
  readonly #saved: Map<string, string>;
  /** Converts records so that upload accepts them: keys that it would refuse are moved. */
  readonly #refusedKeys: RefusedKeys;

  private constructor(
    path: string,
    handle: OpenFile,
    { saved, refusedKeys }: { readonly saved: Map<string, string>; readonly refusedKeys: RefusedKeys },
  ) {
    this.#path = path;
    this.#handle = handle;
    this.#saved = saved;
    this.#refusedKeys = refusedKeys;
  }

  /**
   * Throws UsageError for a file that cannot be written, or that exists without --resume: it may be the only
   * copy.
   */
  static async open(path: string, options: BackupOptions): Promise<Backup> {
    const { resume, refusedKeys = new RefusedKeys() } = options;
    const handle = await (resume ? openToAppend(path) : createFile(path)).catch((error: unknown) => {
      if (reasonOf(error) !== 'EEXIST')
        throw new UsageError(`The backup file ${path} cannot be written: ${reasonOf(error)}.`);
      throw new UsageError(`The backup file ${path} already exists.`, {
        hint: 'Use --resume to continue an interrupted delete, or choose another file.',
      });
    });
    if (!resume) return new Backup(path, handle, { saved: new Map(), refusedKeys });
    try {
      const { saved, size } = await savedIn(path);
      // A line that a kill cut off belongs to a user who was not deleted.
      await cutFile(path, size);
      return new Backup(path, handle, { saved, refusedKeys });
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  has(id: string): boolean {
    return this.#saved.has(id);
  }

  /** Saves records and resolves once they are on disk. A record that is already saved is not saved again. */
  async save(records: ReadonlyMap<string, JsonObject>): Promise<void> {
    const added = [...records]
      .map(([id, record]) => ({ id, line: exactJson(this.#refusedKeys.separate(record)) }))
      .filter(({ id, line }) => this.#saved.get(id) !== hashOf(line));
    if (added.length === 0) return;
    await orOutputError(appendDurably(this.#handle, added.map(({ line }) => `${line}\n`).join('')), {
      name: `The backup file ${this.#path}`,
      hint: 'Users that are not in it were not deleted.',
    });
    for (const { id, line } of added) this.#saved.set(id, hashOf(line));
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

async function savedIn(path: string): Promise<{ saved: Map<string, string>; size: number }> {
  const saved = new Map<string, string>();
  let size = 0;
  for await (const { text, end } of completeLines(path)) {
    const record = parseJson(text);
    const id = isObject(record) ? record['user_id'] : undefined;
    if (typeof id !== 'string') {
      throw new UsageError(`${path} is not a backup of an interrupted delete.`, {
        hint: 'Choose another file, or omit --resume.',
      });
    }
    saved.set(id, hashOf(text));
    size = end;
  }
  return { saved, size };
}

function hashOf(line: string): string {
  return createHash('sha256').update(line).digest('base64');
}
