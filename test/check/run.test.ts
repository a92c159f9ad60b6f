import { describe, expect, it } from 'vitest';
import { UsersEndpoints } from '../../src/api/users.ts';
import { type CheckSettings, runCheck } from '../../src/check/run.ts';
import { CheckStats } from '../../src/check/stats.ts';
import type { ReadChunk } from '../../src/upload/item.ts';
import { answer, callerOn, stopSignals } from '../api/fake-server.ts';
import { file, item } from '../upload/items.ts';

/** What a check uses, with two users at Miso: a is `stored`. */
function depsWith(stored: object, chunks: () => AsyncGenerator<ReadChunk>) {
  const { send } = callerOn(({ path }) =>
    path.endsWith('/_ids')
      ? answer(200, { message: 'success', data: { ids: ['a', 'b'] } })
      : answer(200, { message: 'success', data: stored }),
  );
  const { soft, stop } = stopSignals();
  const users = new UsersEndpoints(send);
  const unused = { concurrency: () => 4, onSample: () => {} };
  return { soft, deps: { users, stop, chunks, stats: new CheckStats(), ...unused } };
}

/** Checks files that end after these records because the check is stopped. */
async function stoppedCheck(ids: readonly string[], sample: CheckSettings['sample']) {
  const chunks = async function* (): AsyncGenerator<ReadChunk> {
    const items = ids.map((id, n) => item(id, n));
    yield { file, read: ids.length, skipped: 0, items, rejected: [] };
    soft.abort(new Error('stopped'));
  };
  const { soft, deps } = depsWith({ user_id: 'a', age: 0 }, chunks);
  return await runCheck({ sample, seed: 1, ignored: new Set() }, deps);
}

describe('fields that may differ', () => {
  it.each([
    [[], ['name', 'custom_attributes.plan', 'custom_attributes.score']],
    [['name', 'custom_attributes.plan'], ['custom_attributes.score']],
    [['custom_attributes'], ['name']],
    [['name', 'custom_attributes'], []],
  ])('are not reported: %j', async (ignored, fields) => {
    const stored = { user_id: 'a', name: 'x', custom_attributes: { plan: 'x', score: 1 } };
    const json = JSON.stringify({ user_id: 'a', name: 'y', custom_attributes: { plan: 'y', score: 2 } });
    const { record, position } = item('a', 0);
    const chunks = async function* (): AsyncGenerator<ReadChunk> {
      yield { file, read: 1, skipped: 0, items: [{ record: { ...record, json }, position }], rejected: [] };
    };
    const { deps } = depsWith(stored, chunks);
    const verdicts = await runCheck({ sample: { count: 1 }, seed: 1, ignored: new Set(ignored) }, deps);
    expect([...verdicts.all()].find(({ id }) => id === 'a')?.details).toEqual(fields);
  });
});

describe('a check that is stopped while it reads the files', () => {
  it('gives no verdicts, but the reason of the stop, whatever it has read', async () => {
    for (const ids of [[], ['a'], ['none']])
      for (const sample of [{ count: 10 }, { share: 1 }])
        await expect(stoppedCheck(ids, sample)).rejects.toThrow('stopped');
  });
});
