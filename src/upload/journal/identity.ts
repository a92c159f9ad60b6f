import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import type { FileMark, InputIdentity, UploadIdentity } from './journal-format.ts';

/** Why a journal does not fit an upload, in words that follow "because"; empty when it fits. */
export function differences(before: UploadIdentity, now: UploadIdentity): string[] {
  const reasons: string[] = [];
  if (before.server !== now.server) reasons.push(`it went to ${before.server}, not to ${now.server}`);
  if (before.key !== now.key) reasons.push('the key is another one');
  reasons.push(...now.inputs.flatMap((input, n) => inputDifferences(before.inputs[n], input)));
  for (const name of new Set([...Object.keys(before.settings), ...Object.keys(now.settings)])) {
    const [a, b] = [before.settings[name], now.settings[name]];
    if (!isDeepStrictEqual(a, b)) reasons.push(`${name} was ${say(a)} and is now ${say(b)}`);
  }
  return reasons;
}

function inputDifferences(before: InputIdentity | undefined, now: InputIdentity): string[] {
  if (before?.path !== now.path) return [`${now.path} was not among its files`];
  if (before.size !== now.size)
    return [`${now.path} has changed: it was ${before.size} bytes long and is now ${now.size}`];
  if (before.modified !== now.modified) {
    return [
      `${now.path} has changed: it was modified on ${time(before.modified)} and again on ${time(now.modified)}`,
    ];
  }
  return [];
}

/** Whether a file still begins with what a run read of it, or wrote to it. */
export async function stillHolds(path: string, mark: FileMark): Promise<boolean> {
  return (await hashOfStart(path, mark.bytes)).digest('hex') === mark.sha256;
}

/** Of the first `bytes` bytes of a file, to be gone on with. */
export async function hashOfStart(path: string, bytes: number): Promise<Hash> {
  const hash = createHash('sha256');
  if (bytes === 0) return hash;
  for await (const chunk of createReadStream(path, { end: bytes - 1 })) hash.update(chunk as Buffer);
  return hash;
}

function say(value: unknown): string {
  return value === undefined ? 'not set' : JSON.stringify(value);
}

function time(ms: number): string {
  return new Date(ms).toISOString();
}
