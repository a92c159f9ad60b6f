import { describe, expect, it } from 'vitest';
import { KnownUsers } from '../../src/update/known-users.ts';
import type { UserRead } from '../../src/update/user-reader.ts';
import { UserSource } from '../../src/update/user-source.ts';

function sourceOf(read: (id: string) => UserRead, limit = 1 << 20) {
  const reads: string[] = [];
  const reader = {
    read: async (id: string) => {
      reads.push(id);
      return read(id);
    },
  };
  const file = new Map([['filed', '{"user_id":"filed"}']]);
  return { source: new UserSource({ reader, file, known: new KnownUsers(limit) }), reads };
}

describe('the users to merge records with', () => {
  it('are read once, whether they exist or not, or never if a file contains them', async () => {
    const { source, reads } = sourceOf((id) =>
      id === 'none' ? { kind: 'missing' } : { kind: 'found', json: '{}' },
    );
    for (const id of ['u1', 'none', 'filed', 'u1', 'none', 'filed']) await source.baseOf(id);
    expect(reads).toEqual(['u1', 'none']);
    expect(await source.baseOf('none')).toEqual({ json: undefined });
    expect(await source.baseOf('filed')).toEqual({ json: '{"user_id":"filed"}' });
    source.remember('none', '{"user_id":"none"}', { isSent: true });
    expect(await source.baseOf('none')).toEqual({ json: '{"user_id":"none"}' });
  });

  it('are read again after a failed read', async () => {
    const { source, reads } = sourceOf(() => ({ kind: 'failed', message: 'HTTP 500' }));
    const reason = expect.objectContaining({ found: 'HTTP 500' });
    expect(await source.baseOf('u1')).toEqual({ reason });
    expect(await source.baseOf('u1')).toEqual({ reason });
    expect(reads).toHaveLength(2);
  });

  it('are never read again once they were sent, even if they are no longer in memory', async () => {
    const { source, reads } = sourceOf(() => ({ kind: 'found', json: '{}' }), 1000);
    source.remember('sent', '{}', { isSent: true });
    for (let n = 0; n < 20; n++) await source.baseOf(`u${n}`);
    reads.length = 0;
    expect(await source.baseOf('sent')).toMatchObject({
      reason: { field: 'user_id', hint: expect.stringContaining('sort the input by user id') },
    });
    expect(reads).toEqual([]);
    await source.baseOf('u0');
    expect(reads).toEqual(['u0']);
  });
});
