import { describe, expect, it } from 'vitest';
import { UsersEndpoints } from '../../src/api/users.ts';
import { type CheckSettings, runCheck } from '../../src/check/run.ts';
import { CheckStats } from '../../src/check/stats.ts';
import type { ReadChunk } from '../../src/upload/item.ts';
import { answer, callerOn, stopSignals } from '../api/fake-server.ts';
import { file, item } from '../upload/items.ts';

/** Checks files that end after these records because the check is stopped. */
async function stoppedCheck(ids: readonly string[], sample: CheckSettings['sample']) {
  const { send } = callerOn(({ path }) =>
    path.endsWith('/_ids')
      ? answer(200, { message: 'success', data: { ids: ['a', 'b'] } })
      : answer(200, { message: 'success', data: { user_id: 'a', age: 0 } }),
  );
  const { soft, stop } = stopSignals();
  const chunks = async function* (): AsyncGenerator<ReadChunk> {
    yield { file, read: ids.length, skipped: 0, items: ids.map((id, n) => item(id, n)), rejected: [] };
    soft.abort(new Error('stopped'));
  };
  return await runCheck(
    { sample, seed: 1, ignored: new Set() },
    {
      ...{ users: new UsersEndpoints(send), stop, chunks, stats: new CheckStats() },
      concurrency: () => 4,
      onSample: () => {},
    },
  );
}

describe('a check that is stopped while it reads the files', () => {
  it('gives no verdicts, but the reason of the stop, whatever it has read', async () => {
    for (const ids of [[], ['a'], ['none']])
      for (const sample of [{ count: 10 }, { share: 1 }])
        await expect(stoppedCheck(ids, sample)).rejects.toThrow('stopped');
  });
});
