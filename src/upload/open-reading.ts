import type { InputRef } from '../input/input-ref.ts';
import type { Prepared } from './prepare.ts';
import { LocalReading, type Reading } from './read.ts';
import { ThreadReading } from './read-thread.ts';
import { ReadingThread } from './reading-thread.ts';
import type { UploadDeps, UploadSettings } from './settings.ts';

/** From this size on, all inputs together, a thread of its own is worth its start. */
const threadFromBytes = 2 * 1024 * 1024;

/**
 * A thread for large files; undefined for anything else, and for every stream. It is started before the inputs are looked at,
 * because that takes as long as its start. `script`: its program.
 */
export function startThread(
  inputs: readonly InputRef[],
  script: string | undefined,
): ReadingThread | undefined {
  const bytes = inputs.reduce((sum, { size }) => sum + (size ?? Number.NaN), 0);
  // A stream has no size, which makes the sum no number.
  return script !== undefined && bytes >= threadFromBytes ? new ReadingThread(script) : undefined;
}

/** Reading for a run, in the thread that was started for it or else in this one. */
export function openReading(
  prepared: Prepared,
  { read, shape }: UploadSettings,
  { thread, events }: Pick<UploadDeps, 'events'> & { readonly thread: ReadingThread | undefined },
): Reading {
  const hashed = prepared.journal !== undefined;
  const warn = (text: string) => events.warning?.(text);
  if (!thread) return new LocalReading(prepared, { hashed, warn });
  const inputs = prepared.inputs.map(({ ref, file }) => ({ ref, file }));
  return new ThreadReading(thread, { job: { inputs, read, shape, hashed }, warn });
}
