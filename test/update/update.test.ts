import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stopSignals } from '../api/fake-server.ts';
import { effort } from '../effort.ts';
import { richUsers, updateScene } from './scene.ts';

function cityFile(count: number): string {
  return `user_id,city\n${Array.from({ length: count }, (_, n) => `u${n},City ${n}\n`).join('')}`;
}

/** The users of which more than the city has changed. */
function damaged(before: Record<string, object>, after: Record<string, object>): string[] {
  const butCity = (user: object | undefined) => JSON.stringify({ ...user, city: '' });
  return Object.keys(before).filter((id) => butCity(before[id]) !== butCity(after[id]));
}

describe('an update of one field', () => {
  const count = effort(200, 10_000);
  const fivePercent = [{ do: 'status', status: 500, on: 'read', probability: 0.05 }];

  it('does not change any other field, even if reads fail', async () => {
    const { write, update, users } = await updateScene(richUsers(count), fivePercent, { record: 10 });
    const before = users();
    await write('city.csv', cityFile(count));
    const { summary, error } = await update({ inputs: ['city.csv'] });
    expect(error).toBeUndefined();
    expect(summary).toMatchObject({
      exitCode: 0,
      records: { read: count, uploaded: count, rejected: 0, skipped: 0 },
      sync: { changed: count, unchanged: 0, new: 0 },
      update: { fields: { city: count }, notFound: 0, unread: 0 },
      tasks: { queued: 0, failed: 0 },
    });
    const after = users();
    expect(damaged(before, after)).toEqual([]);
    expect(Object.values(after).map(({ city }) => city)).toEqual(
      Object.keys(before).map((id) => `City ${id.slice(1)}`),
    );
  });

  it('rejects the records of users that cannot be read, and updates the others', async () => {
    const { write, update, users, cwd } = await updateScene(richUsers(count), fivePercent, { record: 10 });
    const before = users();
    await write('city.csv', cityFile(count));
    const { summary, error } = await update({ inputs: ['city.csv'], retries: 0 });
    expect(error).toBeUndefined();
    const { rejected, uploaded } = summary.records;
    expect(rejected).toBeGreaterThan(count * 0.02);
    expect(rejected + uploaded).toBe(count);
    expect(summary).toMatchObject({ exitCode: 1, update: { unread: rejected, fields: { city: uploaded } } });
    expect(summary.errors).toMatchObject([{ reason: 'the user could not be read, so it was not changed' }]);
    const after = users();
    expect(damaged(before, after)).toEqual([]);
    const rows = (await readFile(join(cwd, 'city.rejected.csv'), 'utf8')).trimEnd().split('\n').slice(1);
    expect(rows).toHaveLength(rejected);
    for (const row of rows) expect(after[row.split(',')[0]!]).toEqual(before[row.split(',')[0]!]);

    // They can be updated later as they are.
    expect((await update({ inputs: ['city.rejected.csv'] })).summary.exitCode).toBe(0);
    expect(Object.values(users()).filter(({ city }) => city === 'Rome')).toEqual([]);
    expect(damaged(before, users())).toEqual([]);
  });

  it('ends with exit code 4 when no user can be read anymore, and continues with --resume', async () => {
    const { write, update, users, reads } = await updateScene(richUsers(400), [
      { do: 'status', status: 500, on: 'read', after: 150, first: 60 },
    ]);
    const before = users();
    await write('city.csv', cityFile(400));
    const first = await update({ inputs: ['city.csv'], recordsPerRequest: 20, retries: 1 });
    expect(first.summary).toMatchObject({ exitCode: 4, resumable: true, error: { retryable: true } });
    expect(first.summary.records.rejected).toBeLessThan(60);
    expect(damaged(before, users())).toEqual([]);
    const stored = Object.values(users()).filter(({ city }) => city !== 'Rome').length;
    expect(stored).toBeGreaterThan(0);

    // As a scheduler would.
    let { summary } = first;
    let rejected = summary.records.rejected;
    for (let runs = 0; summary.exitCode === 4 && runs < 40; runs++) {
      ({ summary } = await update({ inputs: ['city.csv'], recordsPerRequest: 20, retries: 1, resume: true }));
      rejected += summary.records.rejected;
    }
    expect(summary.records).toMatchObject({ read: 400 });
    expect(summary.records.skipped).toBeGreaterThanOrEqual(stored);
    expect(Object.values(users()).filter(({ city }) => city === 'Rome')).toHaveLength(rejected);
    expect(damaged(before, users())).toEqual([]);
    // Users that were done are not read again.
    expect(reads().length).toBeLessThan(400 + 60 * 8);
  });
});

describe('several records of one user', () => {
  const patches = fc.array(
    fc.record({
      user: fc.integer({ min: 0, max: 4 }),
      patch: fc.dictionary(
        fc.constantFrom('name', 'city', 'plan', 'score'),
        fc.oneof(fc.constantFrom('a', 'b'), fc.constant(null)),
        { minKeys: 1, maxKeys: 2 },
      ),
    }),
    { maxLength: 40 },
  );

  it('are merged in order with one read per user; a bad record does not affect the others', async () => {
    await fc.assert(
      fc.asyncProperty(patches, fc.integer({ min: 1, max: 7 }), async (list, recordsPerRequest) => {
        // u0 to u3 exist. Miso knows `bad` as text and refuses a number, which causes only a warning here.
        const start = richUsers(4).map((user) => ({ ...user, custom_attributes: { plan: 'p', bad: 'x' } }));
        const { write, update, users, reads } = await updateScene(start);
        const expected: Record<string, object> = users();
        const lines = list.map(({ user, patch }, n) => {
          const { plan, score, ...fields } = patch;
          const isBad = score === 'a';
          const attributes = { ...(plan === undefined ? {} : { plan }), ...(isBad ? { bad: n } : {}) };
          const old = expected[`u${user}`] as { custom_attributes: object } | undefined;
          if (old && !isBad) expected[`u${user}`] = applied(old, fields, attributes);
          return `${JSON.stringify({ user_id: `u${user}`, ...fields, custom_attributes: attributes })}\n`;
        });
        await write('patches.ndjson', lines.join(''));
        const { error } = await update({
          inputs: ['patches.ndjson'],
          recordsPerRequest,
          minRecords: 0,
          rejects: false,
        });
        expect(error).toBeUndefined();
        expect(users()).toEqual(expected);
        expect(reads().length).toBe(new Set(reads()).size);
      }),
      { numRuns: effort(6, 150) },
    );
  });

  function applied(old: { custom_attributes: object }, fields: object, attributes: object): object {
    const without = (object: object) =>
      Object.fromEntries(Object.entries(object).filter(([, v]) => v !== null));
    return {
      ...without({ ...old, ...fields }),
      custom_attributes: without({ ...old.custom_attributes, ...attributes }),
    };
  }
});

describe('an update right after another', () => {
  it('keeps the changes of the first one, even if Miso stores them later', async () => {
    const { write, update, users } = await updateScene(richUsers(20), [
      { do: 'queue', ms: 300, on: 'upload', after: 1 },
    ]);
    await write('city.csv', cityFile(20));
    await write('name.csv', `user_id,name\n${cityFile(20).split('\n').slice(1).join('\n')}`);
    expect((await update({ inputs: ['city.csv'] })).summary.exitCode).toBe(0);
    expect((await update({ inputs: ['name.csv'] })).summary.exitCode).toBe(0);
    for (const { city, name } of Object.values(users())) expect(name).toBe(city);
  });
});

describe('a record that an update does not send', () => {
  it('is counted: of unchanged or unknown users, or repeated without effect', async () => {
    const { write, update, sandbox } = await updateScene(richUsers(3));
    const rows = ['u0,Rome', 'u1,Oslo', 'u1,Rome', 'u2,', 'u7,Rome'];
    await write('city.csv', `user_id,city\n${rows.join('\n')}\n`);
    const uploads = () => sandbox.requests.filter(({ method }) => method === 'POST').length;
    const before = uploads();
    const { summary } = await update({ inputs: ['city.csv'] });
    expect(uploads()).toBe(before);
    expect(summary).toMatchObject({
      exitCode: 1,
      records: { read: 5, uploaded: 0, rejected: 1, superseded: 1, skipped: 3 },
      sync: { changed: 0, unchanged: 3 },
      update: { notFound: 1 },
    });
    expect(summary.errors).toMatchObject([
      { field: 'user_id', reason: 'no such user at Miso', examples: [{ line: 6, user_id: 'u7' }] },
    ]);
  });

  it('counts as done: --resume does not read its user again', async () => {
    const { write, update, reads } = await updateScene(richUsers(200), [
      { do: 'reset', on: 'read', ids: ['u150'] },
    ]);
    await write('city.csv', cityFile(200).replaceAll(/City \d+/g, 'Rome'));
    const stop = stopSignals();
    const first = update({ inputs: ['city.csv'], recordsPerRequest: 10, stop: stop.stop, graceMs: 10 });
    await expect.poll(() => reads().length).toBeGreaterThan(120);
    await expect.poll(() => reads().includes('u150')).toBe(true);
    stop.soft.abort(new Error('stopped'));
    const { summary } = await first;
    expect(summary.sync?.unchanged).toBeGreaterThan(0);
    const before = reads().length;
    const second = await update({ inputs: ['city.csv'], recordsPerRequest: 10, resume: true, retries: 1 });
    expect(second.summary.records).toMatchObject({ read: 200, rejected: 1, skipped: 199 });
    expect(second.summary.sync?.unchanged).toBe(199 - summary.sync!.unchanged);
    const again = new Set(reads().slice(before));
    expect(again.size).toBeLessThanOrEqual(200 - summary.sync!.unchanged);
  });
});
