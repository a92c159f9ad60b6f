import { describe, expect, it } from 'vitest';
import { KnownUsers } from '../../src/update/known-users.ts';

describe('the users that a run remembers', () => {
  it('are the latest that fit into memory; of earlier ones, only those that were sent are known', () => {
    const known = new KnownUsers(1000);
    const json = 'x'.repeat(100);
    for (let n = 0; n < 20; n++) known.set(`u${n}`, { json, isSent: n % 2 === 0 });
    expect(known.get('u19')).toEqual({ json, isSent: false });
    expect(known.get('u0')).toBeUndefined();
    const evicted = Array.from({ length: 20 }, (_, n) => n).filter((n) => known.isEvicted(`u${n}`));
    // Users that were only read can be read again.
    expect(evicted).toEqual([0, 2, 4, 6, 8, 10, 12, 14]);
  });

  it('count each user once, and always include the latest, even if it is too large', () => {
    const known = new KnownUsers(1000);
    for (let n = 0; n < 50; n++) known.set('u1', { json: 'x'.repeat(500), isSent: true });
    known.set('u2', { json: undefined, isSent: false });
    expect(known.get('u1')).toBeDefined();
    known.set('u3', { json: 'x'.repeat(5000), isSent: true });
    expect([known.get('u1'), known.get('u2')]).toEqual([undefined, undefined]);
    expect(known.get('u3')).toBeDefined();
    expect([known.isEvicted('u1'), known.isEvicted('u2'), known.isEvicted('u3')]).toEqual([
      true,
      false,
      false,
    ]);
  });
});
