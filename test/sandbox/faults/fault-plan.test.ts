import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/errors.ts';
import { parseFaultPlan } from '../../../src/sandbox/faults/fault-plan.ts';

function problemsOf(plan: unknown): string[] {
  try {
    parseFaultPlan(plan, 'faults.yaml');
  } catch (error) {
    if (error instanceof UsageError) return error.message.split('\n  ').slice(1);
    throw error;
  }
  return [];
}

describe('a fault plan', () => {
  it('is read with all of its keys', () => {
    const plan = parseFaultPlan({
      seed: 7,
      faults: [
        { on: 'upload', do: 'status', status: 429, retryAfter: 1, body: { a: 1 }, probability: 0.05 },
        { do: 'html', retryAfter: 'http-date-after:2', every: 3, first: 9, after: 1, times: 2 },
        { do: 'task-errors', ids: ['u-5'], line: 'no' },
        { do: 'stall' },
        { do: 'queue', ms: 5, overtaken: true },
        { do: 'delete-lists', show: 'counts' },
      ],
      rate: { perSecond: 20, window: 1000, retryAfter: false },
      workers: { count: 4, ms: 5, msPerRecord: 0.5, queue: 8 },
      capacity: [{ after: 100, factor: 0.5 }],
      delays: { apply: 1, task: 2, ids: 3 },
    });
    expect(plan).toEqual({
      seed: 7,
      rate: { perSecond: 20, window: 1000, retryAfter: false },
      workers: { count: 4, ms: 5, msPerRecord: 0.5, queue: 8 },
      capacity: [{ after: 100, factor: 0.5 }],
      delays: { apply: 1, task: 2, ids: 3 },
      faults: [
        {
          on: 'upload',
          action: { do: 'status', status: 429, retryAfter: { seconds: 1, as: 'seconds' }, body: '{"a":1}' },
          probability: 0.05,
        },
        {
          on: 'any',
          action: { do: 'html', status: 502, retryAfter: { seconds: 2, as: 'http-date' } },
          every: 3,
          first: 9,
          after: 1,
          times: 2,
        },
        { on: 'any', action: { do: 'task-errors', status: 422, line: 'no' }, ids: new Set(['u-5']) },
        { on: 'any', action: { do: 'stall' } },
        { on: 'any', action: { do: 'queue', ms: 5, overtaken: true } },
        { on: 'any', action: { do: 'delete-lists', show: 'counts' } },
      ],
    });
  });

  it.each<[unknown, string | RegExp]>([
    [null, 'expected an object with the key "faults", found null'],
    [{}, 'faults: expected a list, found nothing'],
    [{ faults: [], sed: 1 }, 'sed: unknown key. Did you mean "seed"?'],
    [{ faults: [5] }, 'faults[0]: expected an object, found 5'],
    [{ rate: 5 }, 'rate: expected an object, found 5'],
    [{ rate: {} }, 'rate.perSecond: expected a number of 0.001 or more, found nothing'],
    [{ rate: { perSecond: 1, burst: 2, window: 3 } }, 'rate.burst: cannot be used with "window"'],
    [{ workers: { count: 0, ms: 1 } }, 'workers.count: expected a whole number of 1 or more, found 0'],
    [
      { capacity: [{ factor: 0.5 }] },
      'capacity[0].after: expected a number from 0 to 2147483647, found nothing',
    ],
    [{ delays: { aply: 1 } }, 'delays.aply: unknown key. Did you mean "apply"?'],
    [
      { faults: [{ do: 'stal' }] },
      /^faults\[0\]\.do: expected one of status, .*; found "stal"\. Did you mean "stall"\?$/,
    ],
    [{ faults: [{ do: 'status', statsu: 500 }] }, 'faults[0].statsu: unknown key. Did you mean "status"?'],
    [{ faults: [{ do: 'reset', ms: 5 }] }, 'faults[0].ms: cannot be used with "reset"'],
    [
      { faults: [{ do: 'status', status: 99 }] },
      'faults[0].status: expected a whole number from 200 to 599, found 99',
    ],
    [
      { faults: [{ do: 'status', probability: '5%' }] },
      'faults[0].probability: expected a number from 0 to 1, found "5%"',
    ],
    [
      { faults: [{ do: 'status', every: 0 }] },
      'faults[0].every: expected a whole number of 1 or more, found 0',
    ],
    [
      { faults: [{ do: 'status', retryAfter: 'soon' }] },
      'faults[0].retryAfter: expected whole seconds, or "http-date-after:<seconds>", found "soon"',
    ],
    [
      { faults: [{ do: 'status', ids: [5] }] },
      'faults[0].ids: expected a list of user ids, each a string in quotes, found [5]',
    ],
    [{ faults: [{ do: 'poison' }] }, 'faults[0].ids: "poison" requires a list of user ids'],
    [
      { faults: [{ do: 'reset', on: 'status', ids: ['a'] }] },
      'faults[0].ids: calls of the kind "status" carry no user ids',
    ],
    [{ faults: [{ do: 'slow' }] }, 'faults[0].ms: expected a number of 0 or more, found nothing'],
    [
      { faults: [{ do: 'too-large' }] },
      'faults[0].bytes: expected a whole number of 0 or more, found nothing',
    ],
    [{ faults: [{ do: 'vague', on: 'read' }] }, 'faults[0].on: "vague" applies to upload only, found "read"'],
    [
      { faults: [{ do: 'reject', ids: ['a'], status: 500 }] },
      'faults[0].status: expected 422 (no record is stored) or 200 (the others are), found 500',
    ],
  ])('%j is refused with the name of its key', (plan, problem) => {
    const expected: unknown = typeof problem === 'string' ? problem : expect.stringMatching(problem);
    expect(problemsOf(plan)).toEqual([expected]);
  });

  it('is refused with a list of all problems', () => {
    expect(
      problemsOf({ faults: [{ do: 'nothing' }, { do: 'status', status: 'x', first: -1 }] }),
    ).toHaveLength(3);
  });
});
