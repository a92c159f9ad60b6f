import { Readable } from 'node:stream';
import { brotliCompressSync, constants, createBrotliDecompress, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { throughZlib } from '../../src/input/bytes/through-zlib.ts';
import { inShort, type ReadingOptions, reading } from './reading.ts';
import { zstdFrame } from './zstd-frame.ts';

const csv = async (content: string | Buffer, options: ReadingOptions = {}) => {
  const result = await reading(content, { path: 'users.csv', ...options });
  return { ...result, short: result.records.map(inShort) };
};
const latin1 = (text: string) => Buffer.from(text, 'latin1');
const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16();

describe('encodings', () => {
  const text = 'id,name\n1,Zoë 😀\n';

  test.each<[name: string, bytes: Buffer, encoding: string]>([
    ['UTF-8', Buffer.from(text), 'utf-8'],
    ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${text}`), 'utf-8'],
    ['UTF-16 LE by its mark', Buffer.from(`\ufeff${text}`, 'utf16le'), 'utf-16le'],
    ['UTF-16 BE by its mark', utf16be(`\ufeff${text}`), 'utf-16be'],
  ])('%s', async (_, bytes, encoding) => {
    for (const chunks of [[], [1], [3]]) {
      const { file, short, error } = await csv(bytes, { chunks });
      expect(error).toBeUndefined();
      expect(file).toMatchObject({ encoding, table: { columns: ['id', 'name'] } });
      expect(short).toEqual(['2 1|Zoë 😀']);
    }
  });

  test.each<[named: string, encoding: string, bytes: Buffer, name: string]>([
    ['windows-1252', 'windows-1252', latin1('\x80\x85\x92\x99\x9f\xe9'), '€…’™Ÿé'],
    ['windows-1251', 'windows-1251', latin1('\xcf\xf0\xe8\x80'), 'ПриЂ'],
    ['shift_jis', 'shift_jis', latin1('\x93\xfa\x96{'), '日本'],
    ['gbk', 'gbk', latin1('\xc4\xe3'), '你'],
    ['utf-16le', 'utf-16le', Buffer.from('é', 'utf16le'), 'é'],
  ])('named: %s', async (named, encoding, bytes, name) => {
    const around = (part: string) =>
      encoding === 'utf-16le' ? Buffer.from(part, 'utf16le') : Buffer.from(part);
    const content = Buffer.concat([around('id,name\n1,'), bytes, around('\n')]);
    for (const chunks of [[], [1]]) {
      const { file, short } = await csv(content, { chunks, settings: { encoding: named } });
      expect(file?.encoding).toBe(encoding);
      expect(short).toEqual([`2 1|${name}`]);
    }
  });

  test('a byte order mark wins over what the user named, with a warning', async () => {
    const { file, warnings } = await csv('\ufeffid\n1\n', { settings: { encoding: 'windows-1252' } });
    expect(file?.encoding).toBe('utf-8');
    expect(warnings).toEqual(['users.csv has a utf-8 byte order mark; --encoding windows-1252 was ignored.']);
  });

  test('bytes that are not UTF-8 end the reading with their place and a guess, after the rows before', async () => {
    const rows = 'a,Müller größte Straße\n'.repeat(20);
    const content = Buffer.concat([Buffer.from('id,name\n1,ok\n2,'), latin1(`${rows}`)]);
    for (const chunks of [[], [1], [7]]) {
      const { short, error } = await csv(content, { chunks });
      expect(short).toEqual(['2 1|ok']);
      expect(error).toBeInstanceOf(InputError);
      expect(error).toMatchObject({ place: { file: 'users.csv', line: 3 } });
      expect(error?.message).toBe('users.csv, line 3 (byte 18): the bytes are not UTF-8.');
    }
    expect((await csv(content)).error?.hint).toContain('--encoding windows-1252');
  });

  test.each([
    ['Zoé', 'windows-1252', latin1('Zo\xe9')],
    ['café, déjà vu', 'windows-1252', latin1('caf\xe9, d\xe9j\xe0 vu')],
    ['Müller’s 5 €', 'windows-1252', latin1('M\xfcller\x92s 5 \x80')],
    [
      'Привет, мир, как дела',
      'windows-1251',
      latin1('\xcf\xf0\xe8\xe2\xe5\xf2, \xec\xe8\xf0, \xea\xe0\xea \xe4\xe5\xeb\xe0'),
    ],
  ])('the guess for %s is %s', async (_, encoding, bytes) => {
    const { error } = await csv(Buffer.concat([Buffer.from('id,name\n1,'), bytes, Buffer.from('\n')]));
    expect(error?.hint).toContain(`--encoding ${encoding}`);
  });

  test('the byte is counted from the start of the file, mark included, far into it', async () => {
    const content = Buffer.concat([Buffer.from(`\ufeffid\n${'é\n'.repeat(100_000)}`), latin1('\xff\n')]);
    const { records, error } = await csv(content, { chunks: [65_536] });
    expect(records).toHaveLength(100_000);
    expect(error?.message).toBe('users.csv, line 100002 (byte 300006): the bytes are not UTF-8.');
  });

  test('a header that is not UTF-8 is refused', async () => {
    const { error } = await csv(latin1('größe,id\n1,2\n'));
    expect(error?.message).toBe('users.csv, line 1 (byte 2): the bytes are not UTF-8.');
  });

  test.each<[string, Buffer, string]>([
    [
      'UTF-8',
      Buffer.from('id\nok\né').subarray(0, -1),
      'users.csv, line 3 (byte 6): the file ends in the middle of a UTF-8 character.',
    ],
    [
      'UTF-16',
      Buffer.from('\ufeffid\nok\né', 'utf16le').subarray(0, -1),
      'users.csv, line 3 (byte 14): the file ends in the middle of a UTF-16LE character.',
    ],
    [
      'half a pair',
      Buffer.from('\ufeffid\nok\n😀', 'utf16le').subarray(0, -2),
      'users.csv, line 3 (byte 14): the file ends in the middle of a UTF-16LE character.',
    ],
  ])('an incomplete character at the end of %s is reported', async (_, content, message) => {
    const { short, error } = await csv(content);
    expect(short).toEqual(['2 ok']);
    expect(error?.message).toBe(message);
  });

  test('half a surrogate pair is reported', async () => {
    const { short, error } = await csv(Buffer.from('\ufeffid\nok\n\udc00\n', 'utf16le'));
    expect(short).toEqual(['2 ok']);
    expect(error?.message).toBe('users.csv, line 3 (byte 14): the bytes are not UTF-16LE.');
  });

  test('bytes that mean nothing in the named encoding are reported', async () => {
    const { short, error } = await csv(latin1('id\nok\n\x93\n'), { settings: { encoding: 'shift_jis' } });
    expect(short).toEqual(['2 ok']);
    expect(error?.message).toBe('users.csv, line 3: the bytes are not SHIFT_JIS.');
  });

  test.each([
    ['utf-16le', Buffer.from('id,name\n1,x\n', 'utf16le')],
    ['utf-16be', utf16be('id,name\n1,x\n')],
  ])('%s without a mark is named as such', async (name, content) => {
    const { error } = await csv(content);
    expect(error).toBeInstanceOf(InputError);
    expect(error?.hint).toContain(`--encoding ${name}`);
  });

  test('UTF-32 is named as such', async () => {
    const { error } = await csv(latin1('\xff\xfe\0\0i\0\0\0'));
    expect(error?.message).toBe('users.csv is UTF-32, which is not supported.');
  });
});

// A frame with its checksum, as the zstd command writes it, of the table below.
const table = 'id,name\n1,a\n2,b\n';
const zstd = Buffer.from('KLUv/QRYgQAAaWQsbmFtZQoxLGEKMixiCibGaUQ=', 'base64');

describe('compression', () => {
  const gz = (text: string) => gzipSync(text);

  test.each<[name: string, content: Buffer, path: string, compression: string]>([
    ['gzip', gz(table), 'users.csv.gz', 'gzip'],
    ['gzip by its content', gz(table), 'users.csv', 'gzip'],
    [
      'gzip of several members',
      Buffer.concat([gz('id,name\n1,'), gz('a\n2'), gz(',b\n')]),
      'users.csv.gz',
      'gzip',
    ],
    ['gzip with padding', Buffer.concat([gz(table), Buffer.alloc(1000)]), 'users.csv.gz', 'gzip'],
    ['brotli by its name', brotliCompressSync(table), 'users.csv.br', 'brotli'],
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
      'gzip with something behind it',
      Buffer.concat([gz(table), Buffer.from('garbage')]),
      'u.csv.gz',
      /^u\.csv\.gz: the gzip data is damaged/,
    ],
    [
      'gzip with something behind its padding',
      Buffer.concat([gz(table), Buffer.from('\0\0x')]),
      'u.csv.gz',
      /complete after 16 bytes of content, and something else follows/,
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
      'brotli with something behind it',
      Buffer.concat([brotliCompressSync(table), Buffer.from('x')]),
      'u.csv.br',
      /complete after 16 bytes of content, and something else follows/,
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
    const rows = Array.from({ length: 20_000 }, (_, at) => `${at},${(at * 2654435761) % 4294967296}\n`);
    const whole = gz(`id,n\n${rows.join('')}`);
    let earlier = 0;
    for (const share of [0.2, 0.5, 0.9, 0.999]) {
      const { records, error } = await csv(whole.subarray(0, whole.length * share));
      expect(error).toBeInstanceOf(InputError);
      expect(records.map(({ raw }) => `${raw}\n`)).toEqual(rows.slice(0, records.length));
      expect(records.length).toBeGreaterThan(earlier);
      earlier = records.length;
    }
  });

  test('damaged data gives the same rows, however it arrives', async () => {
    const rows = Array.from({ length: 20_000 }, (_, at) => `${at},${(at * 2654435761) % 4294967296}\n`);
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

  test('what a few compressed bytes expand to waits until it is asked for', async () => {
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
    expect(warnings).toEqual(['users.csv.gz is not compressed despite its name; it is read as it is.']);
  });
});

test.each<[bytes: string, name: string]>([
  ['PK\x03\x04\x14\0\x06\0\x08\0[Content_Types].xml ', 'an Excel workbook (.xlsx)'],
  ['PK\x03\x04\x14\0\0\0\0\0users.csv', 'a ZIP archive'],
  ['\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', 'an old Excel or Office file (.xls)'],
  ['%PDF-1.7\n', 'a PDF'],
  ['\n<!DOCTYPE html><html>', 'an HTML page'],
  ['<html lang="en">', 'an HTML page'],
  ['<?xml version="1.0"?>', 'an XML document'],
  ['PAR1\x15', 'a Parquet file'],
  ['SQLite format 3\0', 'an SQLite database'],
  [`${'x'.repeat(257)}ustar`, 'a tar archive'],
  ['version https://git-lfs.github.com/spec/v1\n', 'a Git LFS pointer'],
  ['\xfd7zXZ\0', 'compressed with xz'],
])('%j is named: %s', async (bytes, name) => {
  for (const content of [latin1(bytes), gzipSync(latin1(bytes))]) {
    const { error } = await csv(content);
    expect(error).toBeInstanceOf(InputError);
    expect(error?.message).toBe(`users.csv is ${name}, not a table or JSON.`);
    expect(error?.hint).toBeDefined();
  }
});
