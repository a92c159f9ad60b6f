import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import type { FileMark, InputIdentity, UploadIdentity } from './journal-format.ts';

/** What differs between two uploads, as clauses for a message. Empty if they are the same upload. */
export function differences(before: UploadIdentity, now: UploadIdentity): string[] {
  const reasons: string[] = [];
  if (before.server !== now.server) reasons.push(`it went to ${before.server}, not to ${now.server}`);
  if (before.key !== now.key) reasons.push('the API key has changed');
  reasons.push(...now.inputs.flatMap((input, index) => inputDifferences(before.inputs[index], input)));
  for (const name of new Set([...Object.keys(before.settings), ...Object.keys(now.settings)])) {
    const [a, b] = [before.settings[name], now.settings[name]];
    if (!isDeepStrictEqual(a, b)) reasons.push(`${name} was ${valueText(a)} and is now ${valueText(b)}`);
  }
  return reasons;
}

function inputDifferences(before: InputIdentity | undefined, now: InputIdentity): string[] {
  if (before?.path !== now.path) return [`${now.path} was not one of its files`];
  if (before.size !== now.size)
    return [`${now.path} has changed: its size was ${before.size} bytes and is now ${now.size}`];
  if (before.modified !== now.modified) {
    const [was, is] = [before.modified, now.modified].map((ms) => new Date(ms).toISOString());
    return [`${now.path} has changed: its modification time was ${was} and is now ${is}`];
  }
  return [];
}

/** Whether a file still starts with what a run read from it or wrote to it. */
export async function startsWith(path: string, mark: FileMark): Promise<boolean> {
  return (await hashOfStart(path, mark.bytes)).digest('hex') === mark.sha256;
}

/** The hash of the first `bytes` bytes of a file, to be updated further. */
export async function hashOfStart(path: string, bytes: number): Promise<Hash> {
  const hash = createHash('sha256');
  if (bytes === 0) return hash;
  for await (const chunk of createReadStream(path, { end: bytes - 1 })) hash.update(chunk as Buffer);
  return hash;
}

function valueText(value: unknown): string {
  return value === undefined ? 'not set' : JSON.stringify(value);
}
