import { expect, it } from 'vitest';
import { TokenBucket } from '../../../src/sandbox/load/rate-limit.ts';
import { call, start, upload } from '../start.ts';

it('lets one second of calls through at once, then the rate', () => {
  const bucket = new TokenBucket(20, 0);
  const passed = (now: number, tries: number) =>
    Array.from({ length: tries }, () => bucket.take(now)).filter((wait) => wait === 0).length;
  expect(passed(0, 30)).toBe(20);
  expect(passed(100, 30)).toBe(2);
  expect(passed(60_000, 30)).toBe(20);
});

it('says after how many whole seconds a call may pass, and keeps to it', () => {
  const bucket = new TokenBucket(0.25, 0);
  expect(bucket.take(0)).toBe(0);
  expect(bucket.take(0)).toBe(4);
  expect(bucket.take(1_500)).toBe(3);
  expect(bucket.take(4_500)).toBe(0);
});

it('answers what is too much with 429 and Retry-After, and carries nothing of it out', async () => {
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
