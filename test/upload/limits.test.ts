import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { virtualClock } from '../api/virtual-clock.ts';
import { csv, namesIn, plain, uploadScene } from './scene.ts';

/** Users of whom every n-th has no id. */
function withEmptyIds(count: number, every: number) {
  return plain(count).map((user, n) => (n % every === every - 1 ? { ...user, id: '' } : user));
}

describe('--max-rejects', () => {
  it.each([
    ['as many as it allows', { count: 10 }, 1000, 100, undefined],
    ['one more', { count: 9 }, 1000, 100, '10 of'],
    ['none', { count: 0 }, 1000, 1000, '1 of'],
    ['a share that is kept to', { percent: 1 }, 5000, 100, undefined],
    ['a share that is not', { percent: 0.9 }, 5000, 100, 'more than --max-rejects 0.9% allows'],
    ['a share of few records, judged at the end', { percent: 1 }, 100, 50, '2 of 100 records'],
  ])('stops when more are rejected: %s', async (_, maxRejects, count, every, words) => {
    const { write, upload, sandbox } = await uploadScene();
    await write('users.csv', csv(withEmptyIds(count, every)));
    const { summary } = await upload({ inputs: ['users.csv'], maxRejects });
    expect(summary.exitCode).toBe(1);
    if (words === undefined) {
      expect(summary.error).toBeUndefined();
      expect(sandbox.users.size).toBe(count - count / every);
    } else expect(summary.error?.message).toContain(words);
  });

  it('counts over the runs of one upload', async () => {
    const { write, upload } = await uploadScene();
    await write('users.csv', csv(withEmptyIds(1000, 200)));
    const first = await upload({ inputs: ['users.csv'], maxRejects: { count: 2 } });
    expect(first.summary.error?.message).toContain('--max-rejects 2');
    const second = await upload({ inputs: ['users.csv'], maxRejects: { count: 4 }, resume: true });
    expect(second.summary.error?.message).toContain('5 of');
  });
});

describe('--min-records', () => {
  it('fails a truncated export, after all of it was stored', async () => {
    const { write, upload, sandbox } = await uploadScene();
    await write('users.csv', csv(plain(99)));
    expect((await upload({ inputs: ['users.csv'], minRecords: 99 })).summary.exitCode).toBe(0);
    const { summary } = await upload({ inputs: ['users.csv'], minRecords: 100 });
    expect(summary).toMatchObject({
      exitCode: 1,
      error: { message: 'The input has 99 records, fewer than --min-records 100.' },
      // There is nothing to resume.
      complete: true,
      resumable: false,
    });
    expect(sandbox.users.size).toBe(99);
  });
});

describe('an upload', () => {
  it('waits as long as the server says, with all calls, and says until when', async () => {
    const { write, upload, sandbox } = await uploadScene([
      { do: 'status', status: 429, retryAfter: 120, after: 5, first: 1 },
    ]);
    await write('users.csv', csv(plain(2000)));
    const clock = virtualClock();
    const pauses: string[] = [];
    const before = clock.now();
    const { summary } = await upload({
      inputs: ['users.csv'],
      clock,
      onPause: (until, reason) => pauses.push(`${until - clock.now()} ${reason}`),
    });
    expect(summary).toMatchObject({ exitCode: 0, records: { uploaded: 2000 } });
    expect(pauses).toEqual([expect.stringMatching(/^120000 HTTP 429/)]);
    expect(clock.now() - before).toBeGreaterThanOrEqual(120_000);
    expect(sandbox.users.size).toBe(2000);
  });

  it('fails if a file is written to while it is read', async () => {
    const { write, upload, cwd } = await uploadScene();
    await write('users.csv', csv(plain(3000)));
    let changed = false;
    const { summary } = await upload({
      inputs: ['users.csv'],
      told: {
        onResponse: () => {
          if (!changed) writeFileSync(join(cwd, 'users.csv'), 'u,n\n', { flag: 'a' });
          changed = true;
        },
      },
      events: {
        started: () => {
          writeFileSync(join(cwd, 'users.csv'), 'late,late\n', { flag: 'a' });
        },
      },
    });
    expect(summary).toMatchObject({
      exitCode: 1,
      error: { message: expect.stringContaining('users.csv changed while being read') },
    });
  });

  it('stores the last good record of an id when a later one is refused, in one call or in several', async () => {
    for (const recordsPerRequest of [100, 1]) {
      const { write, upload, sandbox } = await uploadScene();
      const records = ['first', 'second', ['no', 'name'], 'fourth', 7].map((name) => ({
        user_id: 'u1',
        name,
      }));
      await write('users.ndjson', records.map((record) => `${JSON.stringify(record)}\n`).join(''));
      const { summary } = await upload({ inputs: ['users.ndjson'], recordsPerRequest });
      expect(namesIn(sandbox)).toEqual(new Map([['u1', 'fourth']]));
      expect(summary.records).toMatchObject({ read: 5, rejected: 2 });
    }
  });

  it('stores the previous record when Miso refuses the last one of an id', async () => {
    const { write, upload, sandbox } = await uploadScene();
    const attributes = [1, 2, 'text'].map((plan) => ({ user_id: 'u1', custom_attributes: { plan } }));
    const lines = [{ user_id: 'u0', custom_attributes: { plan: 0 } }, ...attributes];
    for (const record of lines.slice(0, 1)) {
      await write('one.ndjson', `${JSON.stringify(record)}\n`);
      await upload({ inputs: ['one.ndjson'] });
    }
    await write('two.ndjson', attributes.map((record) => `${JSON.stringify(record)}\n`).join(''));
    const { summary } = await upload({ inputs: ['two.ndjson'] });
    expect(sandbox.users.get('u1')).toMatchObject({ custom_attributes: { plan: 2 } });
    expect(summary.records).toMatchObject({ read: 3, rejected: 1, superseded: 1, uploaded: 1 });
  });
});
