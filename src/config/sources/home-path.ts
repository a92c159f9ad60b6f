import { dirname, join, resolve } from 'node:path';

/** What a path in a settings file stands for: `~/` is the home folder, the rest begins where the file stands. */
export function homePath(place: { path: string; home: string | undefined }): (written: string) => string {
  return (written) => fromHome(written, place.home) ?? resolve(dirname(place.path), written);
}

/** A path that begins with `~/`, which no shell has replaced; undefined for every other one. */
export function fromHome(written: string, home: string | undefined): string | undefined {
  return written.startsWith('~/') && home !== undefined ? join(home, written.slice(2)) : undefined;
}
