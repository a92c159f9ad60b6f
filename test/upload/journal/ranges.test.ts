import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Ranges } from '../../../src/upload/journal/ranges.ts';

it('a set of ranges contains what a plain set contains, in as few ranges as possible', () => {
  const stretch = fc.tuple(fc.nat(60), fc.nat(8));
  fc.assert(
    fc.property(fc.array(stretch, { maxLength: 40 }), (stretches) => {
      const ranges = new Ranges();
      const model = new Set<number>();
      for (const [from, length] of stretches) {
        ranges.add(from, from + length);
        for (let n = from; n < from + length; n++) model.add(n);
      }
      for (let n = -1; n < 80; n++) expect(ranges.has(n)).toBe(model.has(n));
      expect(ranges.size).toBe(model.size);
      const list = ranges.toJSON();
      for (const [n, [from, to]] of list.entries()) {
        expect(from).toBeLessThan(to);
        if (n > 0) expect(from).toBeGreaterThan(list[n - 1]![1]);
      }
      expect(new Ranges(list).toJSON()).toEqual(list);
    }),
  );
});

it('a single number is a range of one', () => {
  const ranges = new Ranges();
  ranges.add(5);
  expect(ranges.toJSON()).toEqual([[5, 6]]);
});
