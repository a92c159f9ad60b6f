import { describe, expect, it } from 'vitest';
import type { RecordWarning } from '../../../src/records/record-mapper.ts';
import { createRecordMapper } from '../../../src/records/record-mapper.ts';
import { accepted, row, settings, tableFile } from '../given.ts';

const file = tableFile(['user_id']);

function warnings(...ids: string[]): RecordWarning[] {
  const mapper = createRecordMapper(settings());
  mapper.map(ids.map((id, index) => row(file, [id], index + 2))).forEach(accepted);
  return mapper.warnings();
}

const codes = (...ids: string[]) => warnings(...ids).map(({ code, count }) => [code, count]);

describe('ids that look damaged', () => {
  it.each([
    ['1.23E+15', 'id-scientific'],
    ['1,23E+15', 'id-scientific'],
    ['1E+15', 'id-scientific'],
    ['1.5e10', 'id-scientific'],
    [' a', 'id-white-space'],
    ['a\t', 'id-white-space'],
    ['a\u00a0', 'id-white-space'],
    ['NULL', 'id-placeholder'],
    ['null', 'id-placeholder'],
    ['undefined', 'id-placeholder'],
    ['N/A', 'id-placeholder'],
    ['nan', 'id-placeholder'],
    ['None', 'id-placeholder'],
    ['#N/A', 'id-placeholder'],
    ['\\N', 'id-placeholder'],
    ['-', 'id-placeholder'],
    ['a\u0000b', 'id-control-character'],
    ['\u001b[31m', 'id-control-character'],
  ])('%j causes a warning: %s', (id, code) => {
    expect(codes('plain', id)).toEqual([[code, 1]]);
  });

  it.each(['1e5', 'E+5', 'a b', 'nullable', 'Nancy', '1.2.3', 'u-1', '123', '0', 'a@b.c', 'É'])(
    '%j is not',
    (id) => {
      expect(codes(id)).toEqual([]);
    },
  );

  it('are counted, with the first five as examples', () => {
    const [warning] = warnings('a ', 'b ', 'c ', 'd ', 'e ', 'f ', 'g ');
    expect(warning).toMatchObject({ code: 'id-white-space', count: 7 });
    expect(warning?.examples).toHaveLength(5);
    expect(warning?.examples[0]).toEqual({ file: 'users.csv', line: 2, user_id: 'a ' });
  });

  it('are not those of rejected records', () => {
    const mapper = createRecordMapper(settings());
    mapper.map([row(tableFile(['user_id', 'age']), ['NULL', 'x'])]);
    expect(mapper.warnings()).toEqual([]);
  });
});

it('two ids that look the same, because é is one character in one and two in the other, cause a warning', () => {
  expect(codes('caf\u00e9', 'cafe\u0301')).toEqual([['id-case', 1]]);
  expect(codes('caf\u00e9', 'caf\u00e9')).toEqual([]);
});

describe('one id in two cases', () => {
  it.each([
    ['ann', 'Ann'],
    ['A1', 'a1'],
    ['Élan', 'élan'],
    ['a@B.c', 'a@b.c'],
  ])('%s and %s cause a warning', (first, second) => {
    expect(codes(first, 'other', second)).toEqual([['id-case', 1]]);
  });

  it('are neither the same id again nor ids that differ otherwise', () => {
    expect(codes('Ann', 'Ann', 'Anna', 'ANN1', '1', '1', '[', '{', '@', '`')).toEqual([]);
  });

  it('are found among thousands of ids, without false positives', () => {
    const ids = Array.from({ length: 20_000 }, (_, index) => `user-${index}-x`);
    expect(codes(...ids)).toEqual([]);
    expect(codes(...ids.slice(0, 100), 'USER-7-x')).toEqual([['id-case', 1]]);
  });
});

describe('lost leading zeros', () => {
  it('are reported if some ids are shorter than the padded ones', () => {
    const [warning, ...others] = warnings('00123', '00042', '4711', '12345', 'abc', '7');
    expect(others).toEqual([]);
    expect(warning).toMatchObject({ code: 'id-leading-zeros', count: 2 });
    expect(warning?.message).toContain('5 digits');
    expect(warning?.examples.map(({ user_id }) => user_id).sort()).toEqual(['4711', '7']);
  });

  it('are found by the most common length of padded ids; 0 is not padded', () => {
    expect(codes('0', '0', '00123', '12')).toEqual([['id-leading-zeros', 3]]);
  });

  it('are not assumed when no id is padded or all have one length', () => {
    expect(codes('1', '22', '333', '0')).toEqual([]);
    expect(codes('001', '222', '4444', 'a1')).toEqual([]);
  });
});
