import { constants } from 'node:fs';
import { basename } from 'node:path';
import { type Disk, type OpenFile, systemDisk } from '../../src/files/disk.ts';

/**
 * The real disk, with a log of the calls that durability depends on, in the order in which they finished: `create a`,
 * `open a`, `write a`, `sync a`, `rename a b`. Names are without their folder, and drafts are `draft of NAME`.
 */
export function recordingDisk(): { readonly disk: Disk; readonly log: string[] } {
  const log: string[] = [];
  const open: { name: string }[] = [];
  const disk: Disk = {
    ...systemDisk,
    open: async (path, flags, mode) => {
      const handle = await systemDisk.open(path, flags, mode);
      const isNew = (flags & constants.O_EXCL) !== 0;
      log.push(`${isNew ? 'create' : 'open'} ${nameOf(path)}`);
      const file = { name: nameOf(path) };
      open.push(file);
      return recorded(handle, file, log);
    },
    rename: async (from, to) => {
      await systemDisk.rename(from, to);
      log.push(`rename ${nameOf(from)} ${nameOf(to)}`);
      for (const file of open) if (file.name === nameOf(from)) file.name = nameOf(to);
    },
  };
  return { disk, log };
}

function recorded(handle: OpenFile, file: { readonly name: string }, log: string[]): OpenFile {
  const noted =
    <A extends unknown[], R>(event: string, call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      const result = await call(...args);
      log.push(`${event} ${file.name}`);
      return result;
    };
  return {
    write: noted('write', handle.write.bind(handle) as (...args: unknown[]) => Promise<never>) as never,
    appendFile: noted('write', handle.appendFile.bind(handle)),
    datasync: noted('sync', handle.datasync.bind(handle)),
    sync: noted('sync', handle.sync.bind(handle)),
    truncate: noted('truncate', handle.truncate.bind(handle)),
    read: handle.read.bind(handle) as OpenFile['read'],
    stat: handle.stat.bind(handle) as OpenFile['stat'],
    chmod: handle.chmod.bind(handle),
    close: handle.close.bind(handle),
  };
}

/** `a.journal.UUID.new` → `draft of a.journal` */
function nameOf(path: string): string {
  const draft = /^(.*)\.[0-9a-f-]{36}\.new$/.exec(basename(path));
  return draft ? `draft of ${draft[1]}` : basename(path);
}
