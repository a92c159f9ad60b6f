import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IdSet } from '../../../src/upload/outcome/id-set.ts';

describe('a set of ids', () => {
  it('behaves like a set', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string({ maxLength: 3 }), fc.nat(50).map(String))), (ids) => {
        const [set, model] = [new IdSet(), new Set<string>()];
        for (const id of ids) {
          expect(set.add(id)).toBe(model.has(id));
          model.add(id);
        }
      }),
    );
  });

  it('contains many ids, and recognizes each', () => {
    const set = new IdSet();
    for (let n = 0; n < 50_000; n++) if (set.add(`user-${n}`)) expect.fail(`user-${n} was not there before`);
    for (let n = 0; n < 50_000; n++) if (!set.add(`user-${n}`)) expect.fail(`user-${n} was there before`);
  });

  it('keeps its ids when it is full, and adds no more', () => {
    const set = new IdSet(2);
    expect(['a', 'b', 'c', 'c', 'a', 'b'].map((id) => set.add(id))).toEqual([
      ...[false, false, false, false],
      ...[true, true],
    ]);
    expect(set.isFull).toBe(true);
  });
});
