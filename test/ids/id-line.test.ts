import fc from 'fast-check';
import { expect, it } from 'vitest';
import { idLine, idOfLine, startsDocument, startsTable } from '../../src/ids/id-line.ts';
import { foreignKind } from '../../src/input/bytes/signatures.ts';

it('writes an ordinary id unchanged, because a list that begins with it is read as a list', () => {
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
      const line = idLine(id, ['user_id']);
      expect(idOfLine(line, ['user_id'])).toEqual({ id });
      expect(startsTable(line, ['user_id'])).toBe(false);
      expect(startsDocument(line)).toBe(false);
      expect(foreignKind(Buffer.from(`${line}\n`))).toBeUndefined();
    }),
    { numRuns: 2000 },
  );
});
