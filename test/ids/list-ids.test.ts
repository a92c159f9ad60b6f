import { describe, expect, it } from 'vitest';
import { UsersEndpoints } from '../../src/api/users.ts';
import { listIds } from '../../src/ids/list-ids.ts';
import { type Answer, answer, callerOn } from '../api/fake-server.ts';

/** Lists the ids of a server that gives these replies. */
async function list(replies: readonly Answer[], flags?: number, only?: ReadonlySet<string>) {
  const { send } = callerOn((_call, nth) => replies[nth - 1]!);
  const { ids, exists } = await listIds(new UsersEndpoints(send), {
    ...(flags === undefined ? {} : { flags }),
    ...(only ? { only } : {}),
  });
  return { ids: [...ids.entries(flags)].map((entry) => ids.idOf(entry)), exists };
}

const cut = answer(200, '{"message":"success","data":{"ids":["a","b","c"');

describe('the list of all ids', () => {
  it('contains those of the last reply, with the flags', async () => {
    const whole = answer(200, { message: 'success', data: { ids: ['a', 'd'] } });
    expect(await list([cut, whole])).toEqual({ ids: ['a', 'd'], exists: true });
    expect(await list([cut, whole], 3)).toEqual({ ids: ['a', 'd'], exists: true });
  });

  it('contains only the requested ids', async () => {
    const whole = answer(200, { message: 'success', data: { ids: ['a', 'd', 'e'] } });
    expect(await list([cut, whole], 3, new Set(['a', 'c', 'd']))).toEqual({ ids: ['a', 'd'], exists: true });
  });

  it('is empty when the data set does not exist, even if an earlier reply broke off', async () => {
    const missing = answer(404, { message: 'not found' });
    expect(await list([cut, missing])).toEqual({ ids: [], exists: false });
  });
});
