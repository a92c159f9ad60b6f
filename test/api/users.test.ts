import { describe, expect, it } from 'vitest';
import { requireIds, UsersEndpoints } from '../../src/api/users.ts';
import { ProtocolError } from '../../src/errors.ts';
import { type Answer, answer, callerOn } from './fake-server.ts';

/** Streams the ids of a server that gives these replies, and records what each reply passed on. */
async function stream(replies: readonly Answer[]) {
  const { send } = callerOn((_call, nth) => replies[nth - 1]!);
  const passed: string[][] = [];
  const outcome = await new UsersEndpoints(send).eachId(() => {
    const ids: string[] = [];
    passed.push(ids);
    return (some) => ids.push(...some);
  });
  return { outcome, passed };
}

describe('streaming all ids', () => {
  it('starts over when a reply is cut off', async () => {
    const cut = answer(200, '{"message":"success","data":{"ids":["a","b","c"');
    const whole = answer(200, { message: 'success', data: { ids: ['a', 'b', 'd'] } });
    const { outcome, passed } = await stream([cut, answer(503), whole]);
    expect(passed.at(-1)).toEqual(['a', 'b', 'd']);
    expect(passed).toHaveLength(2);
    expect(requireIds(outcome)).toBe(true);
  });

  it('returns no ids if there is no data set', async () => {
    const { outcome, passed } = await stream([answer(404, { message: 'not found' })]);
    expect([requireIds(outcome), passed]).toEqual([false, []]);
  });

  it.each([
    { message: 'success', data: ['a'] },
    { message: 'success', data: { ids: [{}] } },
  ])('fails for a reply without ids: %j', async (body) => {
    const { outcome } = await stream([answer(200, body)]);
    expect(outcome).toMatchObject({ kind: 'unexpected', message: 'no list of ids' });
    expect(() => requireIds(outcome)).toThrow(ProtocolError);
  });
});
