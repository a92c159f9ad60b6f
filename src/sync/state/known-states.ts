import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isObject, parseJson } from '../../contract/json.ts';
import { digest } from '../../digest.ts';
import { replaceFile } from '../../files/write.ts';

/** What this machine remembers of a state, to detect an older copy of it. */
export interface KnownState {
  /** Absolute path of the state file. */
  readonly path: string;
  readonly set: string;
  readonly server: string;
  /** See `keyFingerprint`. */
  readonly key: string;
  readonly salt: string;
  readonly serial: number;
  /** ISO 8601: of the last run. */
  readonly time: string;
}

/** The states that syncs on this machine wrote: a small file for each, in one folder. */
export class KnownStates {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  async get(path: string): Promise<KnownState | undefined> {
    return await this.#read(`${this.nameOf(path)}.json`);
  }

  async put(known: KnownState): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    await replaceFile(this.#fileOf(known.path), `${JSON.stringify(known)}\n`);
  }

  async remove(path: string): Promise<void> {
    await rm(this.#fileOf(path), { force: true });
  }

  async list(): Promise<KnownState[]> {
    const names = await readdir(this.folder).catch(() => []);
    const files = names.filter((name) => /^[0-9a-f]{16}\.json$/.test(name)).sort();
    const states = await Promise.all(files.map((name) => this.#read(name)));
    return states.filter((state) => state !== undefined);
  }

  async ofServer({ server, key }: Pick<KnownState, 'server' | 'key'>): Promise<KnownState[]> {
    return (await this.list()).filter((state) => state.server === server && state.key === key);
  }

  /** The prefix of the names of all files that belong to a state. */
  nameOf(path: string): string {
    return digest(path, 16);
  }

  #fileOf(path: string): string {
    return join(this.folder, `${this.nameOf(path)}.json`);
  }

  async #read(name: string): Promise<KnownState | undefined> {
    const state = parseJson(await readFile(join(this.folder, name), 'utf8').catch(() => ''));
    return isObject(state) && typeof state['path'] === 'string'
      ? (state as unknown as KnownState)
      : undefined;
  }
}
