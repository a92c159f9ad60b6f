import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { effortOf } from '../effort.ts';
import { csv, lastOfEach, namesIn, plain, uploadScene, withRepeats } from './scene.ts';

/**
 * Of twenty calls, one is refused, one fails, one loses its connection, one is stored without a reply, and
 * one stalls.
 */
const badNight = [
  { do: 'status', status: 429, probability: 0.05 },
  { do: 'status', status: 500, probability: 0.05 },
  { do: 'reset', probability: 0.05 },
  { do: 'reset-after', probability: 0.05, on: 'upload' },
  { do: 'stall', probability: 0.05 },
];

const records = effortOf('MISO_CHAOS_RECORDS', 10_000, 200_000);

describe('an upload with many faults', () => {
  it('stores the last record of each id, and never resends what has succeeded', async () => {
    const { write, upload, sandbox } = await uploadScene(badNight);
    const users = withRepeats(records, 11);
    await write('users.csv', csv(users));
    const seen = new Set<string>();
    const again: string[] = [];

    const { summary, error } = await upload({
      inputs: ['users.csv'],
      timeoutMs: 400,
      told: {
        onResponse: ({ call, status }) => {
          const body = String(call.body);
          if (seen.has(body)) again.push(body);
          if (status === 200) seen.add(body);
        },
      },
    });

    expect(error).toBeUndefined();
    expect(summary.exitCode).toBe(0);
    expect(again).toEqual([]);
    expect(namesIn(sandbox)).toEqual(lastOfEach(users));
    const { read, uploaded, superseded, rejected, skipped } = summary.records;
    expect([read, rejected, skipped]).toEqual([records, 0, 0]);
    expect(uploaded + superseded).toBe(records);
    expect(superseded).toBeGreaterThan(0);
    expect(summary.requests.retried).toBeGreaterThan(10);
    expect(summary.requests.failed).toBe(0);
  }, 900_000);

  it('finds one bad record in a hundred, unnamed, in about log2(100) calls each', async () => {
    const users = plain(5000);
    const bad = users.flatMap(({ id }, n) => (n % 100 === (n * 7) % 83 ? [id] : []));
    const { write, upload, sandbox, cwd } = await uploadScene([{ do: 'vague', ids: bad }]);
    await write('users.csv', csv(users));

    const { summary } = await upload({ inputs: ['users.csv'] });

    expect(bad.length).toBeGreaterThan(30);
    expect(summary.exitCode).toBe(1);
    expect(summary.records).toMatchObject({ rejected: bad.length, uploaded: 5000 - bad.length });
    expect(sandbox.users.size).toBe(5000 - bad.length);
    for (const id of bad) expect(sandbox.users.get(id)).toBeUndefined();
    expect(summary.requests.sent).toBeLessThanOrEqual(50 + bad.length * (Math.ceil(Math.log2(100)) + 2));
    const lines = summary.errors.flatMap(({ examples }) => examples.map(({ line }) => line));
    for (const line of lines) expect(bad).toContain(users[line - 2]!.id);
    const rejects = (await readFile(`${cwd}/users.rejected.csv`, 'utf8')).trimEnd().split('\n');
    expect(rejects[0]).toBe('user_id,name,_errors');
    expect(
      rejects
        .slice(1)
        .map((row) => row.split(',')[0])
        .sort(),
    ).toEqual([...bad].sort());
  });
});
