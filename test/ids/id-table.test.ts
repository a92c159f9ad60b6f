import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IdTable } from '../../src/ids/id-table.ts';

const ids = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.constantFrom('', 'a', 'é', 'Ā', '\ud800', 'a\u0000', 'ab', 'ÿ', '\u0100'),
  fc.integer({ min: 0, max: 50 }).map((n) => `user-${n}`),
);

describe('a table of ids', () => {
  it('contains each id once, in order, with its flags', () => {
    const steps = fc.array(
      fc.tuple(ids, fc.constantFrom('add', 'set', 'clear', 'find'), fc.constantFrom(1, 2, 64)),
    );
    fc.assert(
      fc.property(steps, (list) => {
        const table = new IdTable();
        const model = new Map<string, number>();
        for (const [id, step, flag] of list) {
          const entry = step === 'find' ? table.find(id) : table.add(id);
          if (step === 'find') expect(entry !== undefined).toBe(model.has(id));
          if (step !== 'find') model.set(id, model.get(id) ?? 0);
          if (entry === undefined) continue;
          expect(table.idOf(entry)).toBe(id);
          if (step === 'set') {
            table.set(entry, flag);
            model.set(id, model.get(id)! | flag);
          }
          if (step === 'clear') {
            table.clear(entry, flag);
            model.set(id, model.get(id)! & ~flag);
          }
        }
        expect(table.size).toBe(model.size);
        const idsOf = (flags: number, without: number) =>
          [...table.entries(flags, without)].map((entry) => table.idOf(entry));
        for (const [flags, without] of [
          [0, 0],
          [1, 0],
          [2, 64],
          [65, 2],
        ] as const) {
          const expected = [...model].filter(([, own]) => (own & flags) === flags && (own & without) === 0);
          expect(idsOf(flags, without)).toEqual(expected.map(([id]) => id));
        }
      }),
    );
  });

  it('grows with many ids, and with ids larger than a chunk', () => {
    const table = new IdTable();
    const huge = ['x'.repeat(17 * 1024 ** 2), 'Ā'.repeat(9 * 1024 ** 2)];
    const idAt = (n: number) => (n % 3 === 0 ? `üser-${n}` : n % 3 === 1 ? `Āser-${n}` : `${n}`);
    for (let n = 0; n < 20_000; n++) table.add(idAt(n));
    for (const id of huge) table.add(id);
    for (let n = 20_000; n < 40_000; n++) table.add(idAt(n));
    expect(table.size).toBe(40_002);
    const missing = Array.from({ length: 40_000 }, (_, n) => idAt(n)).filter(
      (id) => table.find(id) === undefined,
    );
    expect(missing).toEqual([]);
    for (const id of huge) expect(table.idOf(table.find(id)!) === id).toBe(true);
    expect(table.find('user-0')).toBeUndefined();
    expect([...table.entries()]).toHaveLength(40_002);
  });
});
