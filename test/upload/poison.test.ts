import { describe, expect, it } from 'vitest';
import { UnavailableError } from '../../src/errors.ts';
import { sampled } from '../effort.ts';
import { csv, namesIn, plain, uploadScene } from './scene.ts';

describe('a record that gets no reply', () => {
  it.each(
    sampled([
      ['among many batches', 1000, 'u450', 100],
      ['in the only batch', 60, 'u17', 100],
      ['in the last batch', 205, 'u203', 100],
      ['alone in the last batch', 201, 'u200', 100],
      ['first of all', 300, 'u0', 100],
      ['in a batch of two', 2, 'u1', 100],
    ]),
  )('is rejected, and all others are stored: %s', async (_, count, id, recordsPerRequest) => {
    const { write, upload, sandbox } = await uploadScene([{ do: 'poison', ids: [id], status: 500 }]);
    await write('users.csv', csv(plain(count)));
    const { summary, error } = await upload({ inputs: ['users.csv'], recordsPerRequest });
    expect(error).toBeUndefined();
    expect(summary.records).toMatchObject({ read: count, uploaded: count - 1, rejected: 1 });
    expect(summary.errors[0]?.examples[0]).toMatchObject({ user_id: id });
    expect(summary.errors[0]?.reason).toContain('HTTP 500');
    expect(sandbox.users.get(id)).toBeUndefined();
    expect(sandbox.users.size).toBe(count - 1);
  });

  it('is not distinguished from a server that is down if it is the only record', async () => {
    const { write, upload } = await uploadScene([{ do: 'poison', ids: ['u0'], status: 500 }]);
    await write('users.csv', csv(plain(1)));
    const { summary, error } = await upload({ inputs: ['users.csv'], retries: 2 });
    expect(error).toBeInstanceOf(UnavailableError);
    expect(summary).toMatchObject({ exitCode: 4, records: { read: 0, rejected: 0 }, requests: { sent: 3 } });
  });
});

describe('a server that goes down during the run', () => {
  it.each(
    sampled([
      ['answers 503', { do: 'html', status: 503 }],
      ['breaks the connection', { do: 'reset' }],
      ['asks for fewer calls for ever', { do: 'status', status: 429 }],
    ]),
  )('ends the run with exit code 4 and rejects no record; --resume finishes: %s', async (_, fault) => {
    const rules = [{ ...fault, on: 'upload', after: 13, times: 60 }];
    const { write, upload, sandbox } = await uploadScene(rules);
    await write('users.csv', csv(plain(3000)));

    const first = await upload({ inputs: ['users.csv'], retries: 2, concurrency: 4 });
    expect(first.error).toBeInstanceOf(UnavailableError);
    expect(first.summary).toMatchObject({ exitCode: 4, records: { rejected: 0 }, rejects: null });
    expect(sandbox.users.size).toBe(first.summary.records.uploaded);
    expect(first.summary.requests.sent).toBeLessThan(60);

    let last = first;
    for (let n = 0; last.summary.exitCode === 4 && n < 60; n++)
      last = await upload({ inputs: ['users.csv'], resume: true, retries: 2 });
    expect(last.summary).toMatchObject({ exitCode: 0, records: { read: 3000, rejected: 0 } });
    expect(namesIn(sandbox).size).toBe(3000);
  });

  it('also ends the run during the search for a bad record', async () => {
    const faults = [
      { do: 'status', status: 500, on: 'upload', after: 4 },
      { do: 'vague', ids: ['u55'] },
    ];
    const { write, upload, sandbox } = await uploadScene(faults);
    await write('users.csv', csv(plain(100)));
    const { summary, error } = await upload({ inputs: ['users.csv'], retries: 2 });
    expect(error).toBeInstanceOf(UnavailableError);
    expect(summary.records.rejected).toBe(0);
    expect(summary.records.uploaded).toBe(sandbox.users.size);
  });
});

describe('a refused key', () => {
  it('is sent in exactly one request, however many batches wait', async () => {
    const { write, upload, sandbox } = await uploadScene([], { key: 'right' });
    await write('users.csv', csv(plain(5000)));
    const { summary } = await upload({ inputs: ['users.csv'], apiKey: 'wrong' });
    expect(summary).toMatchObject({ exitCode: 3, requests: { sent: 1 }, records: { rejected: 0 } });
    expect(sandbox.stats.calls).toBe(1);
  });

  it('that is revoked during the run stops it immediately, with no record rejected', async () => {
    const denied = { do: 'status', status: 401, body: { message: 'invalid api key.' }, after: 20 };
    const { write, upload, sandbox } = await uploadScene([denied]);
    await write('users.csv', csv(plain(20_000)));
    const { summary } = await upload({ inputs: ['users.csv'] });
    expect(summary).toMatchObject({ exitCode: 3, records: { rejected: 0, uploaded: 2000 } });
    // Only those that were in flight with the first refused one.
    expect(sandbox.stats.calls).toBeLessThanOrEqual(20 + 8);
  });
});

describe('what is too large', () => {
  it('is halved, and further calls stay below the size that the server accepts', async () => {
    const { write, upload, sandbox } = await uploadScene([{ do: 'too-large', bytes: 1500 }]);
    await write('users.csv', csv(plain(4000)));
    const { summary } = await upload({ inputs: ['users.csv'], concurrency: 2 });
    expect(summary).toMatchObject({ exitCode: 0, records: { uploaded: 4000 } });
    const refused = sandbox.requests.filter(({ status }) => status === 413).length;
    // The batches that were in flight at the first 413, each halved at most twice.
    expect(refused).toBeLessThanOrEqual(12);
  });

  it('even alone is rejected with its size, by Miso or locally', async () => {
    const { write, upload, sandbox } = await uploadScene([{ do: 'too-large', bytes: 3000 }]);
    const users = [
      ...plain(50),
      { id: 'big', name: 'x'.repeat(4000) },
      { id: 'huge', name: 'x'.repeat(9000) },
    ];
    await write('users.csv', csv(users));
    const { summary } = await upload({ inputs: ['users.csv'], bytesPerRequest: 6000 });
    expect(summary).toMatchObject({ exitCode: 1, records: { uploaded: 50, rejected: 2 } });
    expect(sandbox.users.size).toBe(50);
    const [miso, local] = ['miso', 'local'].map((by) => summary.errors.find((group) => group.by === by));
    expect(miso?.reason).toContain('HTTP 413');
    expect(miso?.examples[0]).toMatchObject({ user_id: 'big', line: 52, found: '4,027 bytes' });
    expect(local?.examples[0]).toMatchObject({ user_id: 'huge', line: 53, found: '9,028 bytes' });
  });
});
