import { describe, expect, it } from 'vitest';
import { parseFaultPlan } from '../../src/sandbox/faults/fault-plan.ts';
import type { Sandbox } from '../../src/sandbox/http/server.ts';
import { call, callAndLeave, linesOf, start, startWithFaults, taskOf, upload } from './start.ts';

const statuses = async (sandbox: Sandbox, count: number, id = 'a') => {
  const seen: number[] = [];
  for (let n = 0; n < count; n += 1) seen.push((await upload(sandbox, [{ user_id: id }])).status);
  return seen;
};

describe('which calls a fault happens to', () => {
  it.each<[string, object, number[]]>([
    ['every third', { every: 3 }, [200, 200, 500, 200, 200, 500]],
    ['the first two', { first: 2 }, [500, 500, 200, 200, 200, 200]],
    ['all after two', { after: 2 }, [200, 200, 500, 500, 500, 500]],
    ['the second after three', { after: 3, every: 2 }, [200, 200, 200, 200, 500, 200]],
    ['at most one', { every: 2, times: 1 }, [200, 500, 200, 200, 200, 200]],
    ['none, by chance', { probability: 0 }, [200, 200, 200, 200, 200, 200]],
    ['all, by chance', { probability: 1 }, [500, 500, 500, 500, 500, 500]],
  ])('%s', async (_, which, expected) => {
    const sandbox = await startWithFaults([{ on: 'upload', do: 'status', ...which }]);
    expect(await statuses(sandbox, 6)).toEqual(expected);
  });

  it('those of a kind, or those that carry an id', async () => {
    const sandbox = await startWithFaults([
      { on: 'delete', do: 'status', status: 503 },
      { do: 'status', status: 502, ids: ['b'] },
    ]);
    expect((await upload(sandbox, [{ user_id: 'a' }])).status).toBe(200);
    expect((await upload(sandbox, [{ user_id: 'a' }, { user_id: 'b' }])).status).toBe(502);
    expect((await call(sandbox, 'GET', '/v1/users/b')).status).toBe(502);
    expect((await call(sandbox, 'DELETE', '/v1/users/a')).status).toBe(503);
    expect((await call(sandbox, 'POST', '/v1/users/_delete', { data: { user_ids: ['b'] } })).status).toBe(
      503,
    );
  });

  it('only those that no earlier rule matched', async () => {
    const sandbox = await startWithFaults([
      { do: 'status', status: 501, every: 2 },
      { do: 'status', status: 502, first: 2 },
    ]);
    expect(await statuses(sandbox, 4)).toEqual([502, 501, 502, 501]);
    expect(sandbox.requests.map(({ fault }) => fault)).toEqual(['status', 'status', 'status', 'status']);
    expect(sandbox.stats.faults).toBe(4);
  });

  it('the same ones for the same seed', async () => {
    const run = async (seed: number) => {
      const sandbox = await startWithFaults([{ do: 'status', probability: 0.5 }], { seed });
      return statuses(sandbox, 30);
    };
    const first = await run(7);
    expect(await run(7)).toEqual(first);
    expect(await run(8)).not.toEqual(first);
    expect(first.filter((status) => status === 500).length).toBeGreaterThan(5);
    expect(first.filter((status) => status === 200).length).toBeGreaterThan(5);
  });

  it('a percentage of all calls with `fail`, unless a rule of the plan matches', async () => {
    const sandbox = await start({
      fail: 100,
      faults: parseFaultPlan({ faults: [{ do: 'status', status: 503, first: 1 }] }),
    });
    expect(await statuses(sandbox, 3)).toEqual([503, 500, 500]);
    expect(sandbox.users.size).toBe(0);
  });
});

describe('a fault in the reply', () => {
  it.each<[object, number, unknown]>([
    [{ do: 'status', status: 400 }, 400, { 'message:': 'Request timeout.' }],
    [
      { do: 'status', status: 500 },
      500,
      { message: 'Something went wrong. Please contact miso product team.' },
    ],
    [{ do: 'status', status: 401 }, 401, { message: 'invalid api key.' }],
    [{ do: 'status', status: 418, body: { why: 'tea' } }, 418, { why: 'tea' }],
    [{ do: 'status', status: 413 }, 413, undefined],
    [{ do: 'html' }, 502, undefined],
    [{ do: 'garbage' }, 200, undefined],
    [{ do: 'too-large', bytes: 20 }, 413, undefined],
  ])('%j happens before the call takes effect', async (fault, status, body) => {
    const sandbox = await startWithFaults([fault]);
    const answer = await upload(sandbox, [{ user_id: 'a' }]);
    expect([answer.status, answer.body]).toEqual([status, body]);
    if (body === undefined && status !== 200) expect(answer.text).toMatch(/^<html>/);
    expect(sandbox.users.size).toBe(0);
    expect(sandbox.requests.at(-1)).toMatchObject({ applied: false });
  });

  it.each<[object, number, string]>([
    [
      { do: 'status-after', status: 502 },
      502,
      '{"message":"Something went wrong. Please contact miso product team."}',
    ],
    [{ do: 'status-after', status: 502, body: 'x' }, 502, 'x'],
    [{ do: 'empty' }, 200, ''],
  ])('%j happens after the call took effect', async (fault, status, text) => {
    const sandbox = await startWithFaults([fault]);
    const answer = await upload(sandbox, [{ user_id: 'a' }]);
    expect([answer.status, answer.text]).toEqual([status, text]);
    expect(sandbox.users.ids()).toEqual(['a']);
    expect(sandbox.requests.at(-1)).toMatchObject({ applied: true });
  });

  it.each(['garbage-after', 'html-after'])('%s is not JSON, and the call takes effect', async (name) => {
    const sandbox = await startWithFaults([{ do: name }]);
    expect((await upload(sandbox, [{ user_id: 'a' }])).body).toBeUndefined();
    expect(sandbox.users.size).toBe(1);
  });

  it('says when to retry, in seconds or as a date that is never too early', async () => {
    const sandbox = await startWithFaults(
      [
        { do: 'status', status: 429, retryAfter: 3, first: 1 },
        { do: 'status', status: 503, retryAfter: 'http-date-after:2' },
      ],
      { clock: () => Date.UTC(2024, 0, 1, 0, 0, 0, 500) },
    );
    expect((await upload(sandbox, [])).headers.get('retry-after')).toBe('3');
    expect((await upload(sandbox, [])).headers.get('retry-after')).toBe('Mon, 01 Jan 2024 00:00:03 GMT');
  });

  it('accepts bodies of the allowed length', async () => {
    const sandbox = await startWithFaults([{ do: 'too-large', bytes: '{"data":[{"user_id":"a"}]}'.length }]);
    expect((await upload(sandbox, [{ user_id: 'a' }])).status).toBe(200);
    expect((await upload(sandbox, [{ user_id: 'ab' }])).status).toBe(413);
  });
});

describe('a fault of the connection', () => {
  it.each([
    ['reset', false],
    ['reset-after', true],
    ['truncate', true],
  ])('%s loses the reply; took effect: %s', async (name, applied) => {
    const sandbox = await startWithFaults([{ do: name, first: 1 }]);
    await expect(upload(sandbox, [{ user_id: 'a' }])).rejects.toThrow();
    expect(sandbox.users.has('a')).toBe(applied);
    expect((await upload(sandbox, [{ user_id: 'b' }])).status).toBe(200);
  });

  it.each([
    ['stall', false],
    ['stall-after', true],
  ])('%s keeps the client waiting until it disconnects; took effect: %s', async (name, applied) => {
    const sandbox = await startWithFaults([{ do: name, first: 1 }]);
    await callAndLeave(sandbox, [{ user_id: 'a' }]);
    expect(sandbox.users.has('a')).toBe(applied);
    expect((await upload(sandbox, [{ user_id: 'b' }])).status).toBe(200);
  });

  it('stall with a time ends with a 504', async () => {
    const waits: number[] = [];
    const sandbox = await startWithFaults([{ do: 'stall-after', ms: 5_000 }], {
      sleep: async (ms) => void waits.push(ms),
    });
    expect((await upload(sandbox, [{ user_id: 'a' }])).status).toBe(504);
    expect(waits).toEqual([5_000]);
    expect(sandbox.users.size).toBe(1);
  });

  it('slow stops when the client has disconnected', async () => {
    const waits: (() => void)[] = [];
    const sleep = () => new Promise<void>((resolve) => void waits.push(resolve));
    const sandbox = await startWithFaults([{ do: 'slow', ms: 1_000, first: 1 }], { sleep });
    await callAndLeave(sandbox, [{ user_id: 'a' }]);
    waits[0]?.();
    await upload(sandbox, [{ user_id: 'b' }]);
    expect(waits).toHaveLength(1);
  });

  it('slow sends the complete reply in pieces', async () => {
    const waits: number[] = [];
    const sandbox = await startWithFaults([{ do: 'slow', ms: 1_000 }], {
      sleep: async (ms) => void waits.push(ms),
    });
    expect((await upload(sandbox, [{ user_id: 'a' }])).body).toMatchObject({ message: 'success' });
    expect(waits.length).toBeGreaterThan(10);
    expect(waits.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThanOrEqual(1_000);
  });

  it.each(['slow', 'truncate'])('%s is harmless when the client has disconnected', async (name) => {
    let go = () => {};
    const sleep = () =>
      new Promise<void>((resolve) => {
        go = resolve;
      });
    const sandbox = await startWithFaults([{ do: name, first: 1, ...(name === 'slow' && { ms: 1 }) }], {
      latency: 1,
      sleep,
    });
    await callAndLeave(sandbox, [{ user_id: 'a' }]);
    go();
    const next = upload(sandbox, [{ user_id: 'b' }]);
    await expect.poll(() => sandbox.requests.length).toBe(2);
    go();
    expect((await next).status).toBe(200);
  });

  it('ends when the sandbox closes', async () => {
    const signals: AbortSignal[] = [];
    const sandbox = await start({ latency: 1, sleep: async (_, signal) => void signals.push(signal) });
    await upload(sandbox, []);
    expect(signals.map((signal) => signal.aborted)).toEqual([false]);
    await sandbox.close();
    expect(signals.map((signal) => signal.aborted)).toEqual([true]);
  });

  it('does not keep the sandbox from closing', async () => {
    const sandbox = await startWithFaults([
      { do: 'stall', first: 1 },
      { do: 'slow', ms: 3_600_000, first: 1 },
      { do: 'stall', ms: 3_600_000 },
    ]);
    const hanging = [1, 2, 3].map(() => expect(upload(sandbox, [{ user_id: 'a' }])).rejects.toThrow());
    while (sandbox.requests.length < 3) await new Promise(setImmediate);
    await sandbox.close();
    await Promise.all(hanging);
    expect(sandbox.stats.inFlight).toBe(0);
  });
});

describe('a fault of some records', () => {
  it('poison fails every call that carries one of them, and no others', async () => {
    const sandbox = await startWithFaults([{ do: 'poison', ids: ['p'], status: 503 }]);
    expect((await upload(sandbox, [{ user_id: 'a' }, { user_id: 'p' }])).status).toBe(503);
    expect((await upload(sandbox, [{ user_id: 'p' }])).status).toBe(503);
    expect((await upload(sandbox, [{ user_id: 'a' }])).status).toBe(200);
    expect(sandbox.users.ids()).toEqual(['a']);
  });

  it('vague names no record, and does not match valid calls', async () => {
    const sandbox = await startWithFaults([
      { do: 'vague', ids: ['secretly bad'] },
      { do: 'status', status: 503, first: 1 },
    ]);
    for (const bad of [{ user_id: 7 }, { user_id: 'secretly bad' }]) {
      const answer = await upload(sandbox, [{ user_id: 'a' }, bad]);
      expect(answer.status).toBe(422);
      expect(answer.body).toMatchObject({ errors: true, data: [expect.not.stringMatching(/\d/)] });
    }
    expect((await upload(sandbox, [{ user_id: 'a' }])).status).toBe(503);
    expect((await upload(sandbox, [{ user_id: 'a' }])).status).toBe(200);
    expect(sandbox.users.ids()).toEqual(['a']);
  });

  it('reject refuses valid records, alone or with the whole call', async () => {
    const sandbox = await startWithFaults([
      { do: 'reject', ids: ['p'], line: 'data.{index} is invalid. {id} is banned.' },
      { do: 'reject', ids: ['q'], status: 200 },
    ]);
    const all = await upload(sandbox, [{ user_id: 'a' }, { user_id: 'p' }]);
    expect([all.status, linesOf(all)]).toEqual([422, ['data.1 is invalid. p is banned.']]);
    expect(sandbox.users.size).toBe(0);
    const part = await upload(sandbox, [{ user_id: 'q' }, { user_id: 'b' }]);
    expect(part.body).toEqual({
      errors: true,
      data: ['data.0.user_id (q) is invalid. The record is refused by a fault.'],
    });
    expect(sandbox.users.ids()).toEqual(['b']);
    await call(sandbox, 'GET', '/v1/users/p');
    expect(sandbox.requests.at(-1)).not.toHaveProperty('fault');
  });

  it('task-errors appear only in the status of the task, for uploads and deletes', async () => {
    const sandbox = await startWithFaults([
      { do: 'task-errors', ids: ['q'], after: 1, line: 'data.{index} ({id}) is late' },
    ]);
    await upload(sandbox, [{ user_id: 'q' }, { user_id: 'a' }]);
    const answers = [
      await upload(sandbox, [{ user_id: 'b' }, { user_id: 'q', name: 'new' }]),
      await call(sandbox, 'POST', '/v1/users/_delete', { data: { user_ids: ['a', 'q'] } }),
    ];
    for (const answer of answers) {
      expect(answer.status).toBe(200);
      const status = await call(sandbox, 'GET', `/v1/users/_status/${taskOf(answer)}`);
      expect(status.body).toMatchObject({ errors: true, data: ['data.1 (q) is late'] });
    }
    expect([...sandbox.users.entries()]).toEqual([
      ['q', { user_id: 'q' }],
      ['b', { user_id: 'b' }],
    ]);
  });

  it('older-shape uses the older form of the reply', async () => {
    const sandbox = await startWithFaults([{ do: 'older-shape' }]);
    expect((await upload(sandbox, [{ user_id: 'a' }])).body).toEqual({ took: 5, errors: false, data: [] });
    expect((await call(sandbox, 'DELETE', '/v1/users/a')).body).toEqual({
      message: 'deleted',
      data: [{ task_id: expect.any(String) }],
    });
    expect(sandbox.users.size).toBe(0);
  });
});
