import { describe, expect, it } from 'vitest';
import { createSession } from '../../src/api/session.ts';
import { UsersEndpoints } from '../../src/api/users.ts';
import { AccessError, ProtocolError, UnavailableError } from '../../src/errors.ts';
import { readUsers, type UserLookup } from '../../src/read/read-users.ts';
import { type Answer, answer, callerOn, stopSignals } from '../api/fake-server.ts';
import { virtualClock } from '../api/virtual-clock.ts';
import { impossibleIds, oddIds } from '../delete/odd-ids.ts';
import { startWithFaults, upload } from '../sandbox/start.ts';

async function all(found: AsyncIterable<UserLookup>): Promise<UserLookup[]> {
  const list: UserLookup[] = [];
  for await (const one of found) list.push(one);
  return list;
}

/** Reads from a server with the given replies. */
function readFrom(
  respond: (path: string) => Answer | Promise<Answer>,
  ids: readonly string[],
  concurrency = 2,
) {
  const { send, calls } = callerOn(({ path }) => respond(path), { retries: 1 });
  const users = new UsersEndpoints(send);
  return {
    calls,
    found: readUsers([ids], { users, stop: stopSignals().stop, concurrency: () => concurrency }),
  };
}

const idIn = (path: string) => path.split('/').at(-1);
const upTo = (n: number) => Array.from({ length: n }, (_, id) => `u${id}`);

describe('reading', () => {
  it('finds users by unusual ids, despite temporary faults, in the order of the ids', async () => {
    const sandbox = await startWithFaults([
      { do: 'status', on: 'read', every: 5 },
      { do: 'reset', on: 'read', every: 7 },
    ]);
    await upload(
      sandbox,
      oddIds.map((user_id) => ({ user_id, name: `n ${user_id}` })),
    );
    const session = createSession(
      { server: sandbox.url, apiKey: 'k', timeoutMs: 20_000, retries: 8, concurrency: 4, userAgent: 'test' },
      virtualClock(),
    );
    const ids = [...oddIds, ...impossibleIds, 'nobody'];
    const found = await all(
      readUsers([ids], { users: session.users, stop: stopSignals().stop, concurrency: () => 4 }),
    );
    expect(found.map(({ id }) => id)).toEqual(ids);
    for (const one of found) {
      const { id } = one;
      if (id === 'nobody') expect(one).toEqual({ kind: 'missing', id });
      else if (impossibleIds.includes(id) || id === '.' || id === '..')
        expect(one).toEqual({ kind: 'invalid', id });
      else expect(one).toEqual({ kind: 'found', id, record: { user_id: id, name: `n ${id}` } });
    }
    for (const { path } of sandbox.requests) expect(path).toMatch(/^\/v1\/users(\/[^/_?][^/?]*)?$/);
  });

  it('reads only a few users ahead of the consumer', async () => {
    const { calls, found } = readFrom((path) => answer(200, { data: { user_id: idIn(path) } }), upTo(100));
    await found.next();
    expect(calls.length).toBeLessThanOrEqual(4);
    await found.return(undefined);
  });

  it.each([
    ['a refused key', answer(401), AccessError],
    ['a server that gives up', answer(500), UnavailableError],
    ['a user that is no object', answer(200, { data: [] }), ProtocolError],
    ['an empty record', answer(200, { data: {} }), ProtocolError],
    ['the record of another user', answer(200, { data: { user_id: 'u4' } }), ProtocolError],
    ['a 404 that is not Miso’s', answer(404, '<html>'), ProtocolError],
    ['errors with a 200', answer(200, { errors: true, data: ['x'] }), ProtocolError],
    ['a redirect', answer(302), ProtocolError],
  ] as const)('throws at %s, after the users before it', async (_, fault, type) => {
    const { found } = readFrom(
      (path) => (path.endsWith('u3') ? fault : answer(200, { data: { user_id: idIn(path) } })),
      upTo(6),
      1,
    );
    const seen: UserLookup[] = [];
    const failed = expect(
      (async () => {
        for await (const one of found) seen.push(one);
      })(),
    ).rejects.toBeInstanceOf(type);
    await failed;
    expect(seen.map(({ id }) => id)).toEqual(['u0', 'u1', 'u2']);
  });
});
