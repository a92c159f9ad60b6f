import type { InputRef } from '../../input/input-ref.ts';
import type { BatchLimits } from '../batching/batch.ts';
import type { Prepared } from '../prepare.ts';
import type { ReaderChoice, UploadDeps, UploadSettings } from '../settings.ts';
import { LocalReading, type Reading } from './read.ts';
import { ThreadReading } from './read-in-thread.ts';
import { ReadingThread } from './reading-thread.ts';

/** From this size on a thread of its own is worth its start. */
const usualFromBytes = 2 * 1024 * 1024;

/**
 * A thread for large files; undefined for anything else, and for every stream. It is started before the inputs are looked at,
 * because that takes as long as its start.
 */
export function startThread(
  inputs: readonly InputRef[],
  reader: ReaderChoice | undefined,
): ReadingThread | undefined {
  const bytes = inputs.reduce((sum, { size }) => sum + (size ?? Number.NaN), 0);
  // A stream has no size, which makes the sum no number.
  return reader && bytes >= (reader.fromBytes ?? usualFromBytes)
    ? new ReadingThread(reader.script)
    : undefined;
}

/** Reading for a run, in the thread that was started for it or else in this one. */
export function openReading(
  prepared: Prepared,
  { read, columns }: UploadSettings,
  deps: Pick<UploadDeps, 'events'> & {
    readonly limits: BatchLimits;
    readonly thread: ReadingThread | undefined;
  },
): Reading {
  const { thread, limits, events } = deps;
  const done = prepared.earlier?.done;
  const hashed = prepared.journal !== undefined;
  const warn = (text: string) => events.warning?.(text);
  if (!thread) return new LocalReading(prepared, { rules: { limits, done }, hashed, warn });
  const inputs = prepared.inputs.map(({ ref, file }) => ({ ref, file }));
  const job = { inputs, read, columns, hashed, limits, done: done?.toJSON() ?? [] };
  return new ThreadReading(thread, { job, warn });
}
