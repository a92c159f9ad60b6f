import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { shellLine } from '../../../src/report/text/shell.ts';

it('writes words that bash reads back as they were', () => {
  const word = fc
    .string({ unit: 'binary', maxLength: 12 })
    .map((text) => text.replaceAll('\0', '').toWellFormed());
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 40 }), (words) => {
      const line = shellLine(words);
      expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
      const env = { LC_ALL: 'C.UTF-8' };
      const read = execFileSync('/bin/bash', ['--norc', '-c', `printf '%s\\0' ${line}`], {
        encoding: 'utf8',
        env,
      });
      expect(read.split('\0').slice(0, -1)).toEqual(words);
    }),
    { numRuns: 30 },
  );
});

it('leaves plain words plain', () => {
  expect(shellLine(['miso', 'users', './a-b.csv', 'Customer Id', "it's"])).toBe(
    "miso users ./a-b.csv 'Customer Id' 'it'\\''s'",
  );
});
