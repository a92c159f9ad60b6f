import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closest, distance } from '../src/closest.ts';

const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 });

/** The definition, without the table. */
function reference(from: string, to: string): number {
  if (from === '' || to === '') return from.length + to.length;
  const [one, other] = [from.slice(1), to.slice(1)];
  const ways = [
    reference(one, to) + 1,
    reference(from, other) + 1,
    reference(one, other) + (from[0] === to[0] ? 0 : 1),
  ];
  if (from.length > 1 && to.length > 1 && from[0] === to[1] && from[1] === to[0]) {
    ways.push(reference(from.slice(2), to.slice(2)) + 1);
  }
  return Math.min(...ways);
}

describe('distance', () => {
  it('counts letters added, dropped, replaced and swapped', () => {
    fc.assert(
      fc.property(word, word, (from, to) => {
        expect(distance(from, to)).toBe(reference(from, to));
      }),
      { numRuns: 60 },
    );
  });
});

describe('closest', () => {
  it.each([
    ['retrys', 'retries'],
    ['RETRIES', 'retries'],
    ['api-key', 'apiKey'],
    ['apikeyfile', 'apiKeyFile'],
    ['sevrer', 'server'],
    ['zzz', undefined],
  ])('%s: %s', (typed, meant) => {
    expect(closest(typed, ['apiKey', 'apiKeyFile', 'server', 'retries'])).toBe(meant);
  });
});
