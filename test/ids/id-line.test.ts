import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cellsOf, looksLikeHeader } from '../../src/ids/column-name.ts';
import { idLine, idOfLine } from '../../src/ids/id-line.ts';
import { foreignKind } from '../../src/input/bytes/signatures.ts';

it('writes an ordinary id as it is, because a list that begins with it is read as a list', () => {
  const words = [
    'user',
    'id',
    'customer',
    'PAR1',
    'PK',
    '%PDF-',
    'BZh9',
    '7z',
    '_',
    '-',
    '.',
    '@',
    ':',
    '+',
    '1',
  ];
  const part = fc.oneof(fc.constantFrom(...words), fc.string({ unit: 'grapheme-ascii', maxLength: 4 }));
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), (parts) => {
      const id = parts.join('');
      const line = idLine(id);
      expect(idOfLine(line)).toBe(id);
      expect(looksLikeHeader(line)).toBe(false);
      expect(cellsOf(line).some((cell) => cell === 'user_id' || cell === 'task_id')).toBe(false);
      expect(foreignKind(Buffer.from(`${line}\n`))).toBeUndefined();
    }),
    { numRuns: 2000 },
  );
});
