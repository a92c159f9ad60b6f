import type { Prepared } from './prepare.ts';
import { LocalReading, type Reading } from './read.ts';
import { ThreadReading } from './read-thread.ts';
import type { UploadDeps, UploadSettings } from './settings.ts';

/** From this size on, all inputs together, a thread of its own is worth its start. */
const threadFromBytes = 2 * 1024 * 1024;

/** Reading for a run: of large files in a thread of its own, of anything else, and of every stream, in this one. */
export function openReading(prepared: Prepared, { read, shape }: UploadSettings, deps: UploadDeps): Reading {
  const { readerScript, events } = deps;
  const hashed = prepared.journal !== undefined;
  const warn = (text: string) => events.warning?.(text);
  const bytes = prepared.inputs.reduce((sum, { ref }) => sum + (ref.size ?? Number.NaN), 0);
  // A stream has no size, which makes the sum no number.
  if (readerScript === undefined || !(bytes >= threadFromBytes))
    return new LocalReading(prepared, { hashed, warn });
  const inputs = prepared.inputs.map(({ ref, file }) => ({ ref, file }));
  return new ThreadReading(readerScript, { job: { inputs, read, shape, hashed }, warn });
}
