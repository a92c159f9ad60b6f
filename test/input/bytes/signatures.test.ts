import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { InputError } from '../../../src/errors.ts';
import { reading } from '../reading.ts';

const latin1 = (text: string) => Buffer.from(text, 'latin1');

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
])('%j is recognized as %s', async (bytes, name) => {
  for (const content of [latin1(bytes), gzipSync(latin1(bytes))]) {
    const { error } = await reading(content, { path: 'users.csv' });
    expect(error).toBeInstanceOf(InputError);
    expect(error?.message).toBe(`users.csv is ${name}, not a table or JSON.`);
    expect(error?.hint).toBeDefined();
  }
});
