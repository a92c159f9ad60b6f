import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SyncResult } from '../../src/sync/result.ts';
import { TouchedUsers } from '../../src/sync/state/touched-users.ts';
import { effort } from '../effort.ts';
import { freshFolder } from '../folder.ts';
import { call } from '../sandbox/start.ts';
import { type Export, type Kill, Killed, syncScene } from './scene.ts';

const sets = ['a', 'b'] as const;
type SetName = (typeof sets)[number];
const ids = Array.from({ length: 9 }, (_, n) => `u${n}`);
const cities = ['Rome', 'Oslo', 'Lima'];

type Step =
  | { readonly do: 'change'; readonly id: string; readonly to: SetName | undefined; readonly city: string }
  | { readonly do: 'repeat'; readonly id: string; readonly city: string }
  | { readonly do: 'sync'; readonly set: SetName; readonly deletes: boolean; readonly kill: Kill | undefined }
  | { readonly do: 'write'; readonly id: string; readonly city: string }
  | { readonly do: 'upload'; readonly id: string; readonly city: string }
  | { readonly do: 'lose' | 'save' | 'restore'; readonly set: SetName }
  | { readonly do: 'wait'; readonly ms: number };

const id = fc.constantFrom(...ids);
const city = fc.constantFrom(...cities);
const set = fc.constantFrom(...sets);
const kill = fc.record({ at: fc.integer({ min: 1, max: 14 }), after: fc.boolean() });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('change' as const),
      id,
      to: fc.option(set, { nil: undefined }),
      city,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('repeat' as const), id, city }) },
  {
    weight: 7,
    arbitrary: fc.record({
      ...{ do: fc.constant('sync' as const), set, deletes: fc.boolean() },
      kill: fc.option(kill, { nil: undefined, freq: 1 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      id: fc.constantFrom('w1', 'w2', ...ids),
      city,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('upload' as const), id, city }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom('lose' as const, 'save' as const, 'restore' as const), set }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(10, 5000) }) },
);

const faults = fc.subarray([
  { do: 'task-errors', on: 'upload', ids: ['u1', 'u5'], first: 2 },
  { do: 'status', status: 503, on: 'upload', after: 1, first: 3 },
  { do: 'status', status: 503, on: 'read', first: 2 },
  { do: 'status', status: 503, on: 'delete', first: 2 },
]);
const delays = fc.record({
  task: fc.constantFrom(0, 400),
  apply: fc.constantFrom(0, 300),
  ids: fc.constantFrom(0, 2000),
});

const deletes = {
  ...{ maxDeletes: { percent: 100 }, afterMs: 0, backup: undefined, receipt: undefined },
  ...{ withInteractions: false, verify: false },
};

class Model {
  readonly exports: Record<SetName, Map<string, string>> = { a: new Map(), b: new Map() };
  /** The last record of a repeated id. */
  readonly repeats = new Map<string, string>();
  /** Users whom a set may have left at Miso without knowing them: its state was lost. */
  readonly orphans = new Set<string>();
  /** Users whom others have written, and what. */
  readonly others = new Map<string, string>();

  recordsOf(set: SetName): Export {
    const records = [...this.exports[set]];
    const repeated = records.flatMap(([own]) => {
      const last = this.repeats.get(own);
      return last === undefined ? [] : [[own, last] as const];
    });
    return [...records, ...repeated];
  }

  /** What Miso has to hold once everything is synced. */
  get expected(): Map<string, string> {
    return new Map([...this.others, ...this.recordsOf('a'), ...this.recordsOf('b')]);
  }
}

type Scene = Awaited<ReturnType<typeof syncScene>>;

class Runner {
  readonly #scene: Scene;
  readonly #model: Model;

  constructor(scene: Scene, model: Model) {
    this.#scene = scene;
    this.#model = model;
  }

  async run(one: Step): Promise<void> {
    const { sandbox, clock, states } = this.#scene;
    const { exports, repeats, others } = this.#model;
    switch (one.do) {
      case 'change':
        // A user is in one set at a time.
        for (const name of sets) exports[name].delete(one.id);
        repeats.delete(one.id);
        if (one.to) exports[one.to].set(one.id, one.city);
        return;
      case 'repeat':
        if (sets.some((name) => exports[name].has(one.id))) repeats.set(one.id, one.city);
        return;
      case 'write': {
        // Others write users who are in no export.
        if (sets.some((name) => exports[name].has(one.id))) return;
        await call(sandbox, 'POST', '/v1/users', { data: [{ user_id: one.id, city: one.city }] });
        // What others write is theirs, unless it is what a set has sent.
        others.set(one.id, one.city);
        this.#model.orphans.add(one.id);
        return;
      }
      case 'upload': {
        const touched = await TouchedUsers.open(states, { server: sandbox.url, key: 'k' });
        await touched.add([one.id]);
        await call(sandbox, 'POST', '/v1/users', { data: [{ user_id: one.id, city: one.city }] });
        await touched.close();
        this.#model.orphans.add(one.id);
        return;
      }
      case 'lose':
        await this.#scene.loseState(one.set);
        for (const known of ids) this.#model.orphans.add(known);
        return;
      case 'save':
        return await this.#scene.saveState(one.set);
      case 'restore':
        await this.#scene.restoreState(one.set);
        return;
      case 'wait':
        return await clock.sleep(one.ms);
      case 'sync':
        await this.sync(one.set, { deletes: one.deletes, kill: one.kill });
    }
  }

  async sync(
    name: SetName,
    options: { readonly deletes: boolean; readonly kill?: Kill | undefined },
  ): Promise<SyncResult | undefined> {
    const { sandbox, clock } = this.#scene;
    const records = this.#model.recordsOf(name);
    const from = sandbox.requests.length;
    const result = await this.#scene
      .sync(name, records, { kill: options.kill, ...(options.deletes ? { deletes } : {}) })
      .catch((error: unknown) => ({ error }));
    const sent = sandbox.requests.slice(from);
    const deleted = sent.filter(({ path }) => path === '/v1/users/_delete').flatMap((request) => request.ids);
    const own = new Set(records.map(([user]) => user));
    expect(
      deleted.filter((user) => own.has(user)),
      'deletes of users of the export',
    ).toEqual([]);
    expect(
      deleted.filter((user) => user.startsWith('w')),
      'deletes of users of others',
    ).toEqual([]);
    if (result instanceof Killed || !('summary' in result)) return undefined;
    // Calls that take effect with a delay.
    await clock.sleep(1000);
    const { summary } = result;
    const uploads = sent.filter(({ method, path }) => method === 'POST' && path === '/v1/users');
    if (summary.exitCode === 0) {
      const last = new Map(records);
      for (const [user, value] of last) expect(sandbox.users.get(user), user).toMatchObject({ city: value });
      const { new: created, changed, unknown } = summary.sync!;
      const repeated = records.length - last.size;
      if (summary.requests.retried === 0 && summary.blockedDeletes === undefined)
        expect(uploads.flatMap((upload) => upload.ids).length).toBeLessThanOrEqual(
          created + changed + unknown + repeated,
        );
    }
    return result;
  }
}

describe('syncs of two sets', () => {
  it(
    'make Miso match the exports after any sequence of changes, faults and kills',
    async () => {
      const folder = await freshFolder();
      let number = 0;
      await fc.assert(
        fc.asyncProperty(
          fc.array(step, { minLength: 4, maxLength: effort(18, 30) }),
          faults,
          delays,
          async (steps, chosen, times) => {
            const scene = await syncScene(join(folder, `${number++}`), { faults: chosen, delays: times });
            try {
              const model = new Model();
              const runner = new Runner(scene, model);
              for (const one of steps) await runner.run(one);
              await settle(scene, model, runner);
            } finally {
              await scene.sandbox.close();
            }
          },
        ),
        { numRuns: effort(12, 400), interruptAfterTimeLimit: effort(60_000, 900_000) },
      );
    },
    effort(90_000, 1_000_000),
  );
});

/** After undisturbed syncs with deletes, Miso holds the exports, and what others wrote. */
async function settle({ sandbox, clock }: Scene, model: Model, runner: Runner): Promise<void> {
  for (let round = 0; round < 5; round++) {
    for (const name of sets) {
      await clock.sleep(10_000);
      await runner.sync(name, { deletes: true });
    }
  }
  await clock.sleep(10_000);
  for (const name of sets) expect((await runner.sync(name, { deletes: true }))?.summary.exitCode).toBe(0);
  await clock.sleep(10_000);
  const expected = model.expected;
  const held = new Map([...sandbox.users.entries()].map(([user, record]) => [user, record['city']]));
  const surplus = [...held.keys()].filter((user) => !expected.has(user) && !model.orphans.has(user));
  expect(surplus, 'users who are in no export').toEqual([]);
  for (const [user, value] of expected)
    if (!model.orphans.has(user) || sets.some((name) => model.exports[name].has(user)))
      expect(held.get(user), user).toBe(value);
}
