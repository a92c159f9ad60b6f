import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Lock, lock } from '../../files/lock.ts';
import { exists } from '../../files/same-file.ts';
import { moveDurably, orOutputError } from '../../files/write.ts';
import { Fingerprints } from '../fingerprint/fingerprints.ts';
import { type KnownState, KnownStates } from './known-states.ts';
import { logged, noRecord, RunLog } from './run-log.ts';
import type { SyncState } from './sync-state.ts';

const extension = '.touched';
/** Beyond this size, notes for a state that no sync reads, it is cheaper to send everything again. */
const maxBytes = 256 * 1024 * 1024;

const notes = {
  name: 'The list of changed users for the next sync',
  hint: 'Without it, the next sync would treat these users as unchanged. Check the state folder: `miso config get stateDir`.',
};

interface Writer {
  readonly log: RunLog;
  readonly lock: Lock;
  readonly fingerprints: Fingerprints;
}

/**
 * Tells the syncs on this machine which users another command is about to change: their next run sends these
 * users again instead of treating them as unchanged. Each command writes its own files, because a sync may
 * run at the same time.
 */
export class TouchedUsers {
  readonly #writers: readonly Writer[];

  private constructor(writers: readonly Writer[]) {
    this.#writers = writers;
  }

  /** `except`: the state of the sync that makes the changes. */
  static async open(
    folder: string,
    { server, key, except }: Pick<KnownState, 'server' | 'key'> & { readonly except?: string },
  ): Promise<TouchedUsers> {
    const states = new KnownStates(folder);
    const writers: Writer[] = [];
    for (const known of await states.ofServer({ server, key })) {
      if (known.path === except) continue;
      const writer = await orOutputError(openWriter(states, known), notes);
      if (writer) writers.push(writer);
    }
    return new TouchedUsers(writers);
  }

  /** Resolves once it is on disk that these users may change. */
  async add(ids: readonly string[]): Promise<void> {
    const written = this.#writers.map(({ log, fingerprints }) =>
      log.add(ids.map((id) => ({ what: logged.touched, id: fingerprints.ofId(id), record: noRecord }))),
    );
    await orOutputError(Promise.all(written), notes);
  }

  async close(): Promise<void> {
    for (const { log, lock: held } of this.#writers) {
      await log.close();
      await held.release();
    }
  }
}

async function openWriter(states: KnownStates, known: KnownState): Promise<Writer | undefined> {
  const files = await touchedFiles(states, known.path);
  const sizes = await Promise.all(
    files.map(async (file) => (await stat(file).catch(() => undefined))?.size ?? 0),
  );
  const isPresent = await exists(known.path);
  if (!isPresent || sizes.reduce((sum, size) => sum + size, 0) > maxBytes) {
    // A copy of the state that appears later is then older than the last run known here, so that all is sent
    // again.
    await states.put({ ...known, serial: known.serial + 1 });
    return undefined;
  }
  await mkdir(states.folder, { recursive: true, mode: 0o700 });
  const path = join(states.folder, `${states.nameOf(known.path)}.${randomUUID()}${extension}`);
  return {
    lock: await lock(`${path}.lock`, { what: 'Another command is writing this file' }),
    log: new RunLog(path, { salt: known.salt }),
    fingerprints: new Fingerprints(known.salt),
  };
}

async function touchedFiles(states: KnownStates, path: string): Promise<string[]> {
  const names = await readdir(states.folder).catch(() => []);
  const prefix = `${states.nameOf(path)}.`;
  return names
    .filter((name) => name.startsWith(prefix) && name.endsWith(extension))
    .map((name) => join(states.folder, name));
}

/**
 * Applies to a state what other commands changed, and adds to `finished` the files of commands that have
 * ended: they are complete, and can be removed once the state is written.
 */
export async function applyTouched(
  states: KnownStates,
  { path, state, finished }: { path: string; state: SyncState; finished: Set<string> },
): Promise<void> {
  for (const file of await touchedFiles(states, path)) {
    if (finished.has(file)) continue;
    // A command that still runs may add to its file, which is therefore read again by the next sync.
    const free = await lock(`${file}.lock`, { what: 'in use' }).catch(() => undefined);
    for await (const { id } of new RunLog(file, { salt: state.header.salt }).left()) state.touched(id);
    if (!free) continue;
    finished.add(file);
    await free.release();
  }
}

/** After a state was moved. Throws UsageError while another command writes notes for it. */
export async function moveTouched(states: KnownStates, from: string, to: string): Promise<void> {
  for (const file of await touchedFiles(states, from)) {
    const held = await lock(`${file}.lock`, { what: 'Another command is changing users of this set' });
    await moveDurably(file, join(states.folder, `${states.nameOf(to)}.${randomUUID()}${extension}`));
    await held.release();
  }
}

export async function removeTouched(files: Iterable<string>): Promise<void> {
  for (const file of files) await rm(file, { force: true });
}
