import { dirname, join, resolve, sep } from 'node:path';

/**
 * Resolves a path in a settings file: `~/` is the home folder. Other paths are relative to the folder of the
 * file.
 */
export function homePath(place: { path: string; home: string | undefined }): (written: string) => string {
  return (written) => fromHome(written, place.home) ?? resolve(dirname(place.path), written);
}

/** A path that starts with `~/`, which the shell did not expand; undefined for any other path. */
export function fromHome(written: string, home: string | undefined): string | undefined {
  return startsAtHome(written) && home !== undefined ? join(home, written.slice(2)) : undefined;
}

/** Also `~\` on Windows. */
export function startsAtHome(path: string): boolean {
  return path.startsWith('~/') || path.startsWith(`~${sep}`);
}
