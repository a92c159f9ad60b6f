import { randomBytes } from 'node:crypto';
import { createGzip, gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { FileSink } from '../../src/export/file-sink.ts';
import type { OpenFile } from '../../src/files/disk.ts';

const gzip = { name: 'gzip', create: createGzip } as const;
const noise = () => randomBytes(100_000).toString('hex');

/** A file that takes this many writes, and then fails as a full disk does. */
function fileWith(room: number) {
  const parts: Buffer[] = [];
  const write = async (bytes: Buffer) => {
    if (parts.length >= room) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    parts.push(Buffer.from(bytes));
    return { bytesWritten: bytes.length, buffer: bytes };
  };
  return { handle: { write } as unknown as OpenFile, content: () => Buffer.concat(parts) };
}

describe('a compressed file', () => {
  it('contains all text after its end', async () => {
    const { handle, content } = fileWith(Number.POSITIVE_INFINITY);
    const sink = new FileSink(handle, gzip);
    const texts = [noise(), '', 'short', noise(), noise()];
    for (const text of texts) await sink.write(text);
    await sink.end();
    expect(gunzipSync(content()).toString()).toBe(texts.join(''));
  });

  it('fails at the next write, and again at its end, when the disk is full', async () => {
    const sink = new FileSink(fileWith(3).handle, gzip);
    const fill = async () => {
      for (let n = 0; n < 50; n++) await sink.write(noise());
    };
    await expect(fill()).rejects.toMatchObject({ code: 'ENOSPC' });
    await expect(sink.write(noise())).rejects.toMatchObject({ code: 'ENOSPC' });
    await expect(sink.end()).rejects.toMatchObject({ code: 'ENOSPC' });
  });
});
