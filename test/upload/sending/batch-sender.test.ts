import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CallResult } from '../../../src/api/call.ts';
import type { TaskResult } from '../../../src/api/tasks.ts';
import { UsersEndpoints } from '../../../src/api/users.ts';
import { type Batch, Batcher, BodyLimit } from '../../../src/upload/batching/batch.ts';
import { BufferPool } from '../../../src/upload/batching/batch-text.ts';
import type { Item } from '../../../src/upload/item.ts';
import { sendBatch } from '../../../src/upload/sending/batch-sender.ts';
import { LivenessProbe } from '../../../src/upload/sending/liveness-probe.ts';
import { answer, callerOn, stopSignals } from '../../api/fake-server.ts';
import { item } from '../items.ts';

interface Sent {
  readonly user_id: string;
  readonly age: number;
}

/** Sends a batch to a server with the given replies, and records the outcome of each record. */
async function sendTo(
  respond: (records: readonly Sent[], nth: number, limit: BodyLimit) => ReturnType<typeof answer>,
  batch: Batch,
  given: { bytes?: number; taskEnd?: (taskId: string) => Promise<TaskResult>; dryRun?: boolean } = {},
) {
  const limit = new BodyLimit(given.bytes ?? 1 << 20);
  const { send, calls } = callerOn(({ body }, nth) => respond(JSON.parse(String(body)).data, nth, limit));
  const users = new UsersEndpoints(send);
  const { stop } = stopSignals();
  const ends: string[] = [];
  const note =
    (kind: string) =>
    ({ position }: Item) =>
      void ends.push(`${kind} ${position}`);
  const told: unknown[] = [];
  const done = sendBatch(batch, {
    users,
    limit,
    sink: {
      stored: note('stored'),
      superseded: note('superseded'),
      unchanged: note('unchanged'),
      rejected: (one, reasons) =>
        void ends.push(`rejected ${one.position}: ${reasons.map(({ reason }) => reason)}`),
      taskEnded: ({ outcome, unnamed }) => void told.push([outcome, unnamed]),
      callAccepted: ({ bytes, taskId }) => {
        told.push(bytes);
        if (taskId !== undefined) told.push('queued');
      },
    },
    probe: new LivenessProbe(users, stop),
    ...{ stop, retries: 8, dryRun: given.dryRun ?? false },
    waitForTask: given.taskEnd,
  });
  const failure = await done.then(
    () => undefined,
    (error: unknown) => error,
  );
  return { ends, told, limit, calls, failure };
}

function collected(...items: readonly Item[]): Batch {
  const batcher = new Batcher({
    maxRecords: 100,
    limit: new BodyLimit(1 << 20),
    sendLast: () => false,
    pool: new BufferPool(),
  });
  for (const one of items) batcher.add(one);
  return batcher.flush()!;
}

/** Refuses the records of some positions by name. */
const refusing = (bad: ReadonlySet<number>) => (records: readonly Sent[], _nth?: number) => {
  const data = records.flatMap(({ age }, n) => (bad.has(age) ? [`data.${n} is invalid. R`] : []));
  return data.length > 0 ? answer(422, { errors: true, data }) : answer(200, { data: { task_id: 't' } });
};

describe('sending a batch', () => {
  it('stores the last good record of each id, whichever are refused, and reports each outcome once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(4), { minLength: 1, maxLength: 20 }),
        fc.array(fc.nat(19), { maxLength: 12 }),
        async (ids, refused) => {
          const bad = new Set(refused);
          const held = new Map<string, number>();
          const server = refusing(bad);
          const items = ids.map((id, position) => item(`u${id}`, position));
          const { ends, failure } = await sendTo(
            (records) => {
              const told = server(records);
              if (told.status === 200) for (const { user_id, age } of records) held.set(user_id, age);
              expect(new Set(records.map(({ user_id }) => user_id)).size).toBe(records.length);
              return told;
            },
            collected(...items),
          );
          expect(failure).toBeUndefined();
          const model = new Map(
            items.filter((one) => !bad.has(one.position)).map((one) => [one.record.id, one.position]),
          );
          expect(held).toEqual(model);
          const positions = ends.map((end) => Number.parseInt(end.split(' ')[1]!, 10));
          expect(positions.sort((a, b) => a - b)).toEqual(items.map((one) => one.position));
          for (const end of ends.filter((text) => text.startsWith('stored')))
            expect([...model.values()]).toContain(Number(end.split(' ')[1]));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('counts replaced records as superseded once the last was stored', async () => {
    const { ends } = await sendTo(refusing(new Set()), collected(item('a', 0), item('a', 1), item('b', 2)));
    expect(ends).toEqual(['stored 1', 'superseded 0', 'stored 2']);
  });

  it('splits a batch that was collected before the limit was lowered', async () => {
    const items = Array.from({ length: 8 }, (_, n) => item(`u${n}`, n, 100));
    const { calls } = await sendTo(refusing(new Set()), collected(...items), { bytes: 300 });
    expect(calls.map(({ body }) => JSON.parse(String(body)).data.length)).toEqual([2, 2, 2, 2]);
  });

  it('applies a reply to all records that were sent, even if the limit is lower now', async () => {
    const items = Array.from({ length: 4 }, (_, n) => item(`u${n}`, n, 100));
    const { ends, calls } = await sendTo(
      (records, nth, limit) => {
        limit.lowerTo(150);
        return refusing(new Set([2]))(records, nth);
      },
      collected(...items),
    );
    expect(ends.sort()).toEqual(['rejected 2: R', 'stored 0', 'stored 1', 'stored 3']);
    expect(calls).toHaveLength(2);
  });

  it('lowers the limit to half of what was too large', async () => {
    const items = Array.from({ length: 4 }, (_, n) => item(`u${n}`, n, 100));
    const { limit, ends } = await sendTo(
      (records) => (records.length > 2 ? answer(413, '<html>') : answer(200, {})),
      collected(...items),
    );
    // `{"data":[` and `]}`, four records, three commas.
    expect(limit.bytes).toBe((11 + 400 + 3) / 2);
    expect(ends).toHaveLength(4);
  });

  it('rejects a single record that is too large, with its size', async () => {
    const { ends } = await sendTo(() => answer(413, '<html>'), collected(item('a', 0, 100)));
    expect(ends).toEqual(['rejected 0: too large for Miso (HTTP 413: <html>)']);
  });

  it('waits for a task: named records are rejected, and the previous ones are sent', async () => {
    const lines = [['data.1 is invalid. late', 'and a word'], []];
    const { ends, told } = await sendTo(
      () => answer(200, { data: { task_id: 't' } }),
      collected(item('x', 0), item('a', 1), item('a', 2), item('b', 3)),
      {
        taskEnd: async () => {
          const next = lines.shift() ?? [];
          return next.length > 0 ? { kind: 'failed', lines: next } : { kind: 'finished' };
        },
      },
    );
    expect(ends).toEqual(['stored 0', 'rejected 2: late', 'stored 3', 'stored 1']);
    expect(told).toEqual([
      expect.any(Number),
      'queued',
      ['failed', ['and a word']],
      expect.any(Number),
      'queued',
      ['finished', []],
    ]);
  });

  it('waits for all tasks of a batch before it reports that one of them, or a later call, failed', async () => {
    const tasks: (() => Promise<TaskResult>)[] = [
      () => Promise.reject(new Error('stopped')),
      async () => {
        for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
        return { kind: 'finished' };
      },
    ];
    const { failure, ends } = await sendTo(
      (_, nth) => (nth > 2 ? answer(401) : answer(200, { data: { task_id: 't' } })),
      collected(...Array.from({ length: 6 }, (_, n) => item(`u${n}`, n, 100))),
      { bytes: 300, taskEnd: () => tasks.shift()!() },
    );
    expect(failure).toBeInstanceOf(Error);
    // The second task's only record, though the first task had failed long before.
    expect(ends).toEqual(['stored 2']);
  });
});

describe('a liveness probe', () => {
  const upload = (outcomes: readonly CallResult[]) => {
    const asked: string[] = [];
    let n = 0;
    const users = {
      upload: async (body: string, { dryRun }: { dryRun?: boolean }) => {
        asked.push(`${body} ${dryRun}`);
        return outcomes[Math.min(n++, outcomes.length - 1)]!;
      },
    } as unknown as UsersEndpoints;
    return { asked, probe: new LivenessProbe(users, stopSignals().stop) };
  };

  it('has no result before anything was stored', async () => {
    const { asked, probe } = upload([]);
    expect(await probe.isAlive()).toBeUndefined();
    expect(asked).toEqual([]);
  });

  it('sends the record that was stored last as a dry run, once for concurrent callers', async () => {
    const { asked, probe } = upload([
      { kind: 'success', message: '', data: {} },
      { kind: 'not-found', status: 404, message: '' },
    ]);
    probe.remember(item('a', 0).record.json);
    probe.remember(item('b', 1).record.json);
    expect(await Promise.all([probe.isAlive(), probe.isAlive()])).toEqual([true, true]);
    expect(asked).toEqual(['{"data":[{"user_id":"b","age":1}]} true']);
    expect(await probe.isAlive()).toBe(false);
  });
});
