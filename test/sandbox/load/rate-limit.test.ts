import { describe, expect, it } from 'vitest';
import { parseFaultPlan } from '../../../src/sandbox/faults/fault-plan.ts';
import { createRateLimit, type RateOptions } from '../../../src/sandbox/load/rate-limit.ts';
import { call, start, upload } from '../start.ts';

function limit(options: RateOptions) {
  const rate = createRateLimit(options, 0);
  return {
    take: (now: number, factor = 1) => rate.take(now, factor),
    passed: (now: number, tries: number, factor = 1) =>
      Array.from({ length: tries }, () => rate.take(now, factor)).filter((wait) => wait === 0).length,
  };
}

describe('a token bucket', () => {
  it("accepts one second's calls immediately, then the rate", () => {
    const { passed } = limit({ perSecond: 20 });
    expect(passed(0, 30)).toBe(20);
    expect(passed(100, 30)).toBe(2);
    expect(passed(60_000, 30)).toBe(20);
  });

  it('contains no more than its burst', () => {
    const { passed } = limit({ perSecond: 20, burst: 2 });
    expect(passed(0, 30)).toBe(2);
    expect(passed(50, 30)).toBe(1);
    expect(passed(60_000, 30)).toBe(2);
  });

  it('says after how many whole seconds a call is accepted', () => {
    const { take } = limit({ perSecond: 0.25 });
    expect(take(0)).toBe(0);
    expect(take(0)).toBe(4);
    expect(take(1_500)).toBe(3);
    expect(take(4_500)).toBe(0);
  });

  it('refills at the current capacity', () => {
    const { passed } = limit({ perSecond: 20 });
    passed(0, 20);
    expect(passed(1_000, 30, 0.5)).toBe(10);
  });
});

describe('a fixed window', () => {
  it('allows its calls at any time within it, and starts over at its end', () => {
    const { passed } = limit({ perSecond: 10, window: 2_000 });
    expect(passed(1_999, 30)).toBe(20);
    expect(passed(2_000, 30)).toBe(20);
    expect(passed(3_999, 30)).toBe(0);
    expect(passed(9_000, 30)).toBe(20);
  });

  it('says when the next one starts', () => {
    const { take } = limit({ perSecond: 1, window: 1_000 });
    expect(take(100)).toBe(0);
    expect(take(200)).toBe(1);
    expect(limit({ perSecond: 0.1, window: 10_000 }).passed(0, 3)).toBe(1);
  });
});

it('answers further calls with 429 and Retry-After, without executing them', async () => {
  let now = 0;
  const sandbox = await start({ rate: 2, clock: () => now });
  expect((await upload(sandbox, [{ user_id: 'a' }])).status).toBe(200);
  expect((await call(sandbox, 'GET', '/v1/users/a')).status).toBe(200);
  const refused = await upload(sandbox, [{ user_id: 'b' }]);
  expect(refused.status).toBe(429);
  expect(refused.headers.get('retry-after')).toBe('1');
  expect(sandbox.users.has('b')).toBe(false);
  expect(sandbox.stats.limited).toBe(1);
  now = 1_000;
  expect((await upload(sandbox, [{ user_id: 'b' }])).status).toBe(200);
});

it('can answer without Retry-After', async () => {
  const faults = parseFaultPlan({ rate: { perSecond: 1, retryAfter: false } });
  const sandbox = await start({ faults, clock: () => 0 });
  await upload(sandbox, []);
  const refused = await upload(sandbox, []);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, null]);
});

it('changes over time as the plan says', async () => {
  let now = 0;
  const capacity = [
    { after: 1_000, factor: 0.5 },
    { after: 2_000, factor: 1 },
  ];
  const faults = parseFaultPlan({ rate: { perSecond: 4, window: 1_000 }, capacity });
  const sandbox = await start({ faults, clock: () => now });
  const passed = async () => {
    const answers = [];
    for (let n = 0; n < 5; n++) answers.push((await upload(sandbox, [])).status);
    return answers.filter((status) => status === 200).length;
  };
  expect(await passed()).toBe(4);
  now = 1_000;
  expect(await passed()).toBe(2);
  now = 2_000;
  expect(await passed()).toBe(4);
});
