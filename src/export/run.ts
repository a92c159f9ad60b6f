import type { JsonObject } from '../contract/json.ts';
import { exitCodes, StoppedError } from '../errors.ts';
import { openFlags, systemDisk } from '../files/disk.ts';
import { orOutputError, replaceFileOpen } from '../files/write.ts';
import type { IdTable } from '../ids/id-table.ts';
import { listIds } from '../ids/list-ids.ts';
import { lookUpUsers, unreadReason } from '../read/read-users.ts';
import { FileSink } from './file-sink.ts';
import { PartialFile } from './partial-file.ts';
import type { ExportDeps, ExportFile } from './settings.ts';
import type { ExportStats } from './stats.ts';

/** Ids to look up at once. */
const chunkLength = 1000;
/** Consecutive failures after which the export stops: the ids are not the problem. */
const maxFailuresInARow = 100;
/** Of an entry: the interrupted export wrote the user. */
const written = 1;

/** Prints all users. Throws AccessError, UnavailableError, OutputError or the reason of a stop. */
export async function exportToOutput(stats: ExportStats, deps: ExportDeps): Promise<void> {
  await deps.print(recordsOf(await listUsers(stats, deps), stats, deps));
}

/** The same for a device or named pipe, which cannot be replaced. */
export async function exportToDevice(path: string, stats: ExportStats, deps: ExportDeps): Promise<void> {
  const records = recordsOf(await listUsers(stats, deps), stats, deps);
  const name = { name: `The file ${path}` };
  const handle = await orOutputError(systemDisk.open(path, openFlags.appendDevice), name);
  try {
    await deps.print(records, (text) => orOutputError(handle.appendFile(text), name));
  } finally {
    await handle.close();
  }
}

/**
 * Writes all users to a file that appears when it is complete. Until then the users are in a partial file,
 * which another export can resume.
 */
export async function exportToFile(file: ExportFile, stats: ExportStats, deps: ExportDeps): Promise<void> {
  const ids = await listUsers(stats, deps);
  const partial = await openPartial(file, ids, stats);
  try {
    try {
      for await (const record of recordsOf(ids, stats, deps)) await partial.write(record);
    } finally {
      await partial.end();
    }
    if (file.isNdjson) return await partial.moveTo(file.path);
    await convert(partial, file, deps);
    await partial.remove();
  } finally {
    await partial.close();
  }
}

async function listUsers(stats: ExportStats, { users, stop }: ExportDeps): Promise<IdTable> {
  const { ids } = await listIds(users, { stop });
  if (ids.size === 0) {
    throw new StoppedError('Miso has no users. Nothing was written.', exitCodes.partial, {
      hint: 'Check the key: each environment has its own.',
    });
  }
  stats.listed = ids.size;
  return ids;
}

function openPartial(
  { partial, compressor, resume }: ExportFile,
  ids: IdTable,
  stats: ExportStats,
): Promise<PartialFile> {
  if (!resume) return PartialFile.create(partial, compressor);
  return PartialFile.resume(partial, compressor, (id) => {
    const entry = ids.find(id);
    // A user that was deleted in the meantime is in the file, but not in the list.
    if (entry === undefined) stats.listed++;
    else ids.set(entry, written);
    stats.resumed++;
    stats.exported++;
  });
}

async function* recordsOf(
  ids: IdTable,
  stats: ExportStats,
  { users, stop, concurrency, onStart }: ExportDeps,
): AsyncGenerator<JsonObject> {
  onStart();
  let failuresInARow = 0;
  for await (const lookup of lookUpUsers(unwritten(ids), { users, stop, concurrency })) {
    if (lookup.kind === 'found') {
      failuresInARow = 0;
      stats.exported++;
      yield stats.refusedKeys.separate(lookup.record);
    } else if (lookup.kind === 'missing') stats.vanished++;
    else {
      stats.addFailure(lookup.id, unreadReason(lookup));
      if (lookup.kind === 'failed' && ++failuresInARow >= maxFailuresInARow) throw lookup.error;
    }
  }
}

function* unwritten(ids: IdTable): Generator<readonly string[]> {
  let chunk: string[] = [];
  for (const entry of ids.entries(0, written)) {
    chunk.push(ids.idOf(entry));
    if (chunk.length < chunkLength) continue;
    yield chunk;
    chunk = [];
  }
  yield chunk;
}

async function convert(
  partial: PartialFile,
  { path, compressor }: ExportFile,
  { print }: ExportDeps,
): Promise<void> {
  const work = replaceFileOpen(path, async (handle) => {
    const sink = new FileSink(handle, compressor);
    await print(partial.records(), (text) => sink.write(text));
    await sink.end();
  });
  const handle = await orOutputError(work, {
    name: `The file ${path}`,
    hint: 'All users were read: --resume writes the file again.',
  });
  await handle.close();
}
