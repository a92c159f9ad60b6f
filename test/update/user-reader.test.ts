import { describe, expect, it } from 'vitest';
import { UsersEndpoints } from '../../src/api/users.ts';
import { AccessError, ProtocolError, UnavailableError } from '../../src/errors.ts';
import { UserReader } from '../../src/update/user-reader.ts';
import { type Answer, answer, callerOn, reset, stopSignals } from '../api/fake-server.ts';

function readerOn(respond: (id: string, nth: number) => Answer | Promise<Answer>, limit = () => 4) {
  const { send, calls } = callerOn(
    ({ path }, nth) => respond(decodeURIComponent(path.split('/').at(-1)!), nth),
    {
      retries: 2,
      throttle: { concurrency: 64 },
    },
  );
  const session = {
    users: new UsersEndpoints(send),
    counts: { sent: 0, retried: 0, failed: 0 },
    pacer: {
      get limit() {
        return limit();
      },
      throughput: () => ({ concurrency: { peak: 1, typical: 1 }, limitedBy: 'server' as const }),
    },
    preload: () => {},
  };
  return { reader: new UserReader(session, stopSignals().stop), calls };
}

const found = (id: string) => answer(200, `{"data": {"user_id":"${id}", "custom_attributes":{"n":1.10}}}`);

describe('reading a user to update', () => {
  it('returns the text of the record, or that the user does not exist', async () => {
    const { reader } = readerOn((id) => (id === 'u2' ? answer(404, { message: 'not found' }) : found(id)));
    expect(await reader.read('u1')).toEqual({
      kind: 'found',
      json: '{"user_id":"u1", "custom_attributes":{"n":1.10}}',
    });
    expect(await reader.read('u2')).toEqual({ kind: 'missing' });
  });

  it.each<[string, Answer]>([
    ['an error', answer(500)],
    ['a broken connection', reset],
    ['a 404 of a gateway', answer(404, '<html>no route</html>')],
    ['another user', answer(200, { data: { user_id: 'other' } })],
    ['no user', answer(200, { data: {} })],
    ['a refusal', answer(422, { errors: true, data: ['no'] })],
    ['errors', answer(200, { errors: true, data: ['no'] })],
  ])('fails for %s if others can be read, and ends the run if none can', async (_, bad) => {
    let isDown = false;
    const { reader } = readerOn((id) => (isDown || id === 'bad' ? bad : found(id)));
    await expect(reader.read('bad')).rejects.toThrow(/Miso|HTTP/);
    expect((await reader.read('u1')).kind).toBe('found');
    expect(await reader.read('bad')).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('bad'),
    });
    isDown = true;
    const failure = await reader.read('u2').catch((error: unknown) => error);
    expect(failure instanceof UnavailableError || failure instanceof ProtocolError).toBe(true);
  });

  it('ends the run if the key is refused, and sends nothing for an id that cannot be part of a path', async () => {
    const { reader, calls } = readerOn((id) => (id === 'u1' ? found(id) : answer(401)));
    expect(await reader.read('..')).toMatchObject({ kind: 'failed' });
    expect(calls).toHaveLength(0);
    await reader.read('u1');
    await expect(reader.read('u2')).rejects.toThrow(AccessError);
  });

  it('limits pending reads to what the session can send, even if that changes', async () => {
    let limit = 1;
    let pending = 0;
    let peak = 0;
    const { reader, calls } = readerOn(
      async (id, nth) => {
        peak = Math.max(peak, ++pending);
        await new Promise((resolve) => setImmediate(resolve));
        pending--;
        if (nth === 50) limit = 20;
        return found(id);
      },
      () => limit,
    );
    const reads = Array.from({ length: 300 }, (_, n) => reader.read(`u${n}`));
    await Promise.race(reads);
    while (calls.length < 40) await new Promise((resolve) => setImmediate(resolve));
    expect(peak).toBeLessThanOrEqual(2);
    await Promise.all(reads);
    expect(peak).toBeGreaterThan(10);
    expect(peak).toBeLessThanOrEqual(40);
    expect(calls).toHaveLength(300);
  });
});
