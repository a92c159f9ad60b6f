import { describe, expect, test } from 'vitest';
import { InputError } from '../../../src/errors.ts';
import { inShort, type ReadingOptions, reading } from '../reading.ts';

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
    ['UTF-16 LE by its byte order mark', Buffer.from(`\ufeff${text}`, 'utf16le'), 'utf-16le'],
    ['UTF-16 BE by its byte order mark', utf16be(`\ufeff${text}`), 'utf-16be'],
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
  ])('given with --encoding: %s', async (named, encoding, bytes, name) => {
    const around = (part: string) =>
      encoding === 'utf-16le' ? Buffer.from(part, 'utf16le') : Buffer.from(part);
    const content = Buffer.concat([around('id,name\n1,'), bytes, around('\n')]);
    for (const chunks of [[], [1]]) {
      const { file, short } = await csv(content, { chunks, settings: { encoding: named } });
      expect(file?.encoding).toBe(encoding);
      expect(short).toEqual([`2 1|${name}`]);
    }
  });

  test('a byte order mark overrides --encoding, with a warning', async () => {
    const { file, warnings } = await csv('\ufeffid\n1\n', { settings: { encoding: 'windows-1252' } });
    expect(file?.encoding).toBe('utf-8');
    expect(warnings).toEqual(['users.csv has a utf-8 byte order mark; --encoding windows-1252 was ignored.']);
  });

  test('bytes that are not UTF-8 end the input after the rows before, with position and guessed encoding', async () => {
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

  test('the byte position is counted from the start of the file, including the byte order mark', async () => {
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
      'half a surrogate pair',
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

  test('bytes that are invalid in the given encoding are reported', async () => {
    const { short, error } = await csv(latin1('id\nok\n\x93\n'), { settings: { encoding: 'shift_jis' } });
    expect(short).toEqual(['2 ok']);
    expect(error?.message).toBe('users.csv, line 3: the bytes are not SHIFT_JIS.');
  });

  test.each([
    ['utf-16le', Buffer.from('id,name\n1,x\n', 'utf16le')],
    ['utf-16be', utf16be('id,name\n1,x\n')],
  ])('%s without a byte order mark is recognized', async (name, content) => {
    const { error } = await csv(content);
    expect(error).toBeInstanceOf(InputError);
    expect(error?.hint).toContain(`--encoding ${name}`);
  });

  test('UTF-32 is recognized', async () => {
    const { error } = await csv(latin1('\xff\xfe\0\0i\0\0\0'));
    expect(error?.message).toBe('users.csv is UTF-32, which is not supported.');
  });
});
