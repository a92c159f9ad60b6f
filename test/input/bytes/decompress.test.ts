import { Readable } from 'node:stream';
import { brotliCompressSync, constants, createBrotliDecompress, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../../src/errors.ts';
import { throughZlib } from '../../../src/input/bytes/through-zlib.ts';
import { effort } from '../../effort.ts';
import { inShort, type ReadingOptions, reading } from '../reading.ts';
import { zstdFrame } from '../zstd-frame.ts';

const csv = async (content: string | Buffer, options: ReadingOptions = {}) => {
  const result = await reading(content, { path: 'users.csv', ...options });
  return { ...result, short: result.records.map(inShort) };
};

// A frame with its checksum, as the zstd command writes it, of the table below.
const table = 'id,name\n1,a\n2,b\n';
const zstd = Buffer.from('KLUv/QRYgQAAaWQsbmFtZQoxLGEKMixiCibGaUQ=', 'base64');

describe('compression', () => {
  const gz = (text: string) => gzipSync(text);

  test.each<[name: string, content: Buffer, path: string, compression: string]>([
    ['gzip', gz(table), 'users.csv.gz', 'gzip'],
    ['gzip, recognized by content', gz(table), 'users.csv', 'gzip'],
    [
      'gzip of several members',
      Buffer.concat([gz('id,name\n1,'), gz('a\n2'), gz(',b\n')]),
      'users.csv.gz',
      'gzip',
    ],
    ['gzip with padding', Buffer.concat([gz(table), Buffer.alloc(1000)]), 'users.csv.gz', 'gzip'],
    ['brotli, recognized by name', brotliCompressSync(table), 'users.csv.br', 'brotli'],
  ])('%s', async (_, content, path, compression) => {
    for (const chunks of [[], [1], [5]]) {
      const { file, short, error, bytesRead } = await csv(content, { path, chunks });
      expect(error).toBeUndefined();
      expect(file).toMatchObject({ format: 'csv', compression });
      expect(short).toEqual(['2 1|a', '3 2|b']);
      expect(bytesRead).toBe(content.length);
    }
  });

  test.each<[name: string, content: Buffer, path: string, message: RegExp]>([
    [
      'incomplete gzip',
      gz(table).subarray(0, -4),
      'u.csv.gz',
      /^u\.csv\.gz: the gzip data ends too early, after 16 bytes of content/,
    ],
    [
      'gzip with a wrong checksum',
      Buffer.concat([gz(table).subarray(0, -8), Buffer.alloc(8, 1)]),
      'u.csv.gz',
      /^u\.csv\.gz: the gzip data is damaged/,
    ],
    [
      'gzip with data after its end',
      Buffer.concat([gz(table), Buffer.from('garbage')]),
      'u.csv.gz',
      /^u\.csv\.gz: the gzip data is damaged/,
    ],
    [
      'gzip with data after its padding',
      Buffer.concat([gz(table), Buffer.from('\0\0x')]),
      'u.csv.gz',
      /complete after 16 bytes of content, but something else follows/,
    ],
    [
      'gzip with an incomplete second member',
      Buffer.concat([gz(table), gz('3,c\n').subarray(0, 5)]),
      'u.csv.gz',
      /ends too early/,
    ],
    [
      'incomplete brotli',
      brotliCompressSync(table).subarray(0, -1),
      'u.csv.br',
      /the brotli data ends too early/,
    ],
    [
      'brotli with data after its end',
      Buffer.concat([brotliCompressSync(table), Buffer.from('x')]),
      'u.csv.br',
      /complete after 16 bytes of content, but something else follows/,
    ],
  ])('%s ends after its complete rows', async (_, content, path, message) => {
    for (const chunks of [[], [1]]) {
      const { short, error } = await csv(content, { path, chunks });
      expect(short).toEqual(['2 1|a', '3 2|b']);
      expect(error).toBeInstanceOf(InputError);
      expect(error?.message).toMatch(message);
    }
  });

  test('gzip that is truncated anywhere gives a prefix of its rows', async () => {
    const rows = Array.from(
      { length: effort(1500, 20_000) },
      (_, at) => `${at},${(at * 2654435761) % 4294967296}\n`,
    );
    const whole = gz(`id,n\n${rows.join('')}`);
    let earlier = 0;
    for (const share of [0.2, 0.5, 0.9, 0.999]) {
      const { records, error } = await csv(whole.subarray(0, whole.length * share));
      expect(error).toBeInstanceOf(InputError);
      // As text, because comparing thousands of items one by one takes seconds.
      expect(records.map(({ raw }) => `${raw}\n`).join('')).toBe(rows.slice(0, records.length).join(''));
      expect(records.length).toBeGreaterThan(earlier);
      earlier = records.length;
    }
  });

  test('damaged data gives the same rows for any size of chunks', async () => {
    const rows = Array.from(
      { length: effort(3000, 20_000) },
      (_, at) => `${at},${(at * 2654435761) % 4294967296}\n`,
    );
    for (const compress of [gzipSync, brotliCompressSync]) {
      const damaged = compress(`id,n\n${rows.join('')}`);
      const middle = damaged.length >> 1;
      damaged.fill(0xff, middle, middle + 50);
      const path = compress === gzipSync ? 'u.csv.gz' : 'u.csv.br';
      const whole = await csv(damaged, { path });
      const pieces = await csv(damaged, { path, chunks: [7000] });
      expect(pieces.error?.message).toBe(whole.error?.message);
      expect(pieces.records.length).toBeGreaterThan(1000);
      // As text, because comparing thousands of items one by one takes seconds.
      expect(JSON.stringify(pieces.short)).toBe(JSON.stringify(whole.short));
    }
  });

  test('a few compressed bytes are only expanded as fast as they are read', async () => {
    const bomb = brotliCompressSync(Buffer.alloc(20_000_000), {
      params: { [constants.BROTLI_PARAM_QUALITY]: 1 },
    });
    const stream = createBrotliDecompress();
    const outputs = throughZlib(Readable.from([bomb]), () => stream);
    await outputs.next();
    expect(stream.isPaused()).toBe(true);
    let length = 0;
    for await (const output of outputs) length += output.length;
    expect(length).toBeGreaterThan(19_000_000);
  });

  test('zstd, also of several frames', async () => {
    for (const content of [zstd, Buffer.concat([zstd, zstd])]) {
      for (const chunks of [[], [1]]) {
        const { file, short, error } = await csv(content, { path: 'users.csv.zst', chunks });
        expect(error).toBeUndefined();
        expect(file?.compression).toBe('zstd');
        expect(short.slice(0, 2)).toEqual(['2 1|a', '3 2|b']);
        // The second frame repeats the header, which is skipped.
        expect(short).toHaveLength(content === zstd ? 2 : 4);
      }
    }
  });

  test('zstd of large blocks, in small pieces', async () => {
    const rows = Array.from({ length: 30_000 }, (_, at) => `${at},name ${at}`);
    const content = zstdFrame(Buffer.from(`id,name\n${rows.join('\n')}\n`));
    const { records, error } = await csv(content, { path: 'u.csv.zst', chunks: [700] });
    expect(error).toBeUndefined();
    expect(records.map(({ raw }) => raw)).toEqual(rows);
  });

  test('incomplete zstd ends after its complete rows', async () => {
    const { short, error } = await csv(zstd.subarray(0, -2));
    expect(short).toEqual(['2 1|a', '3 2|b']);
    expect(error?.message).toBe(
      'users.csv: the zstd data ends too early, after 16 bytes of content: the file is incomplete.',
    );
  });

  test('a file without compression is read despite its name, with a warning', async () => {
    const { short, warnings } = await csv(table, { path: 'users.csv.gz' });
    expect(short).toHaveLength(2);
    expect(warnings).toEqual(['users.csv.gz is not compressed despite its name; it is read as is.']);
  });
});
