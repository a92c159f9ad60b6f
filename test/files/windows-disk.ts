import { constants } from 'node:fs';
import { stat } from 'node:fs/promises';
import { type Disk, type OpenFile, systemDisk } from '../../src/files/disk.ts';

function refused(call: string): Error {
  return Object.assign(new Error(`EPERM: operation not permitted, ${call}`), { code: 'EPERM' });
}

/**
 * The real disk with the rules of Windows: a file that is open is not replaced, a handle that appends cannot truncate, and
 * a folder cannot be synced.
 */
export function windowsDisk(): Disk {
  const paths = new Map<OpenFile, string>();
  return {
    ...systemDisk,
    open: async (path, flags, mode) => {
      const handle = await systemDisk.open(path, flags, mode);
      paths.set(handle, path);
      const isFolder = (await stat(path)).isDirectory();
      const rules: Partial<OpenFile> = {
        close: async () => {
          await handle.close();
          paths.delete(handle);
        },
        ...(flags & constants.O_APPEND ? { truncate: () => Promise.reject(refused('ftruncate')) } : {}),
        ...(isFolder ? { sync: () => Promise.reject(refused('fsync')) } : {}),
      };
      return new Proxy(handle, {
        get: (target, name: keyof OpenFile) => {
          const value = rules[name] ?? target[name];
          return typeof value === 'function' ? value.bind(target) : value;
        },
      });
    },
    rename: async (from, to) => {
      if ([...paths.values()].includes(to)) throw refused('rename');
      await systemDisk.rename(from, to);
      for (const [handle, path] of paths) if (path === from) paths.set(handle, to);
    },
  };
}
