import { stat } from 'node:fs/promises';

/** Windows has no sh, named pipes, devices or file modes, and symbolic links need rights there. */
export const isWindows = process.platform === 'win32';

/** /proc shows which files a process has open, and when it started; every write to /dev/full fails. */
export const isLinux = process.platform === 'linux';

/** The permission bits of a file: on Windows those of a private file. */
export async function modeOf(path: string): Promise<number> {
  return isWindows ? 0o600 : (await stat(path)).mode & 0o777;
}
