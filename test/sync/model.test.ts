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
const ids = Array.from({ length: 6 }, (_, n) => `u${n}`);
const cities = ['Rome', 'Oslo', 'Lima'];

type Step =
  | { readonly do: 'change'; readonly id: string; readonly to: SetName | undefined; readonly city: string }
  | { readonly do: 'repeat'; readonly id: string; readonly city: string }
  | { readonly do: 'sync'; readonly set: SetName; readonly deletes: boolean; readonly kill: Kill | undefined }
  /** Another program writes a user who is in no export. */
  | { readonly do: 'write'; readonly id: string }
  /** `miso users upload` on the same machine. */
  | { readonly do: 'upload'; readonly id: string }
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
      id: fc.constantFrom('w1', ...ids),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('upload' as const), id }) },
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

const change = (own: string, to: SetName | undefined, value = 'Rome'): Step => ({
  do: 'change',
  id: own,
  to,
  city: value,
});
const syncOf = (name: SetName, at?: number): Step => ({
  ...{ do: 'sync', set: name, deletes: true },
  kill: at === undefined ? undefined : { at, after: true },
});
const wait = (ms: number): Step => ({ do: 'wait', ms });
const noDelays = { task: 0, apply: 0, ids: 0 };

/** Sequences that chance rarely finds: each needs one particular part of sync. */
const examples: [Step[], unknown[], typeof noDelays][] = [
  // The record of a killed run is replaced although it is what the state says.
  [
    [change('u1', 'a'), syncOf('a'), change('u1', 'a', 'Oslo'), syncOf('a', 2), change('u1', 'a')],
    [],
    noDelays,
  ],
  // A user who was sent by a killed run only is deleted later.
  [
    [change('u1', 'a'), syncOf('a'), change('u2', 'a'), syncOf('a', 2), change('u2', undefined)],
    [],
    noDelays,
  ],
  // Another program changed a user who is gone.
  [[change('u1', 'a'), syncOf('a'), change('u1', undefined), { do: 'write', id: 'u1' }], [], noDelays],
  // Another command changed a user who is unchanged in the export.
  [[change('u1', 'a'), syncOf('a'), { do: 'upload', id: 'u1' }], [], noDelays],
  // A user moves to another set and back.
  [[change('u1', 'b'), syncOf('b'), change('u1', 'a', 'Oslo'), syncOf('a'), change('u1', 'b')], [], noDelays],
  // A user moves to a set whose run is killed.
  [[change('u1', 'a'), syncOf('a'), change('u1', 'b'), syncOf('b', 2), syncOf('a')], [], noDelays],
  // The state of an earlier run is put back.
  [
    [
      ...[
        change('u1', 'a'),
        syncOf('a'),
        { do: 'save', set: 'a' } as const,
        change('u1', 'a', 'Oslo'),
        syncOf('a'),
      ],
      ...[{ do: 'restore', set: 'a' } as const, change('u1', 'a')],
    ],
    [],
    noDelays,
  ],
  // A user returns to the export while a delete takes effect.
  [
    [
      ...[
        change('u1', 'a'),
        change('u2', 'a'),
        syncOf('a'),
        wait(5000),
        change('u1', undefined),
        syncOf('a', 4),
      ],
      ...[change('u1', 'a'), syncOf('a')],
    ],
    [],
    { task: 400, apply: 300, ids: 2000 },
  ],
];

function otherThan(name: SetName): SetName {
  return name === 'a' ? 'b' : 'a';
}

/** What others write to Miso: no set sends such a city. */
const byOthers = 'by others';

class Model {
  readonly exports: Record<SetName, Map<string, string>> = { a: new Map(), b: new Map() };
  /** The last record of a repeated id. */
  readonly repeats = new Map<string, string>();
  /** Users of the last export of each set whom it has sent, so that no other set deletes them. */
  readonly known: Record<SetName, Set<string>> = { a: new Set(), b: new Set() };
  /** Users whom each set has ever sent. */
  readonly sent: Record<SetName, Set<string>> = { a: new Set(), b: new Set() };
  /** Users whom a set has sent, but may not know anymore because its state was lost. */
  readonly orphans = new Set<string>();
  /** Users whom the state of each set may hold. */
  readonly held: Record<SetName, Set<string>> = { a: new Set(), b: new Set() };
  /**
   * Users whom a set has sent while they were still in the state of the other set. If they leave both exports then, each
   * set may leave the delete to the other: the first because the other has the user, the second because the record at
   * Miso is not its own. Such a user is kept, as docs/sync.md says.
   */
  readonly moved = new Set<string>();
  /** Users whose record at Miso is that of others, and whom no set has sent since. */
  readonly foreign = new Set<string>();

  recordsOf(set: SetName): Export {
    const records = [...this.exports[set]];
    const repeated = records.flatMap(([own]) => {
      const last = this.repeats.get(own);
      return last === undefined ? [] : [[own, last] as const];
    });
    return [...records, ...repeated];
  }

  isExported(user: string): boolean {
    return sets.some((name) => this.exports[name].has(user));
  }

  /** What a run of a set has sent, whether Miso stored it or not. */
  sync(name: SetName, users: readonly string[]): void {
    const other = otherThan(name);
    for (const user of this.known[name]) if (!this.exports[name].has(user)) this.known[name].delete(user);
    for (const user of users) {
      this.known[name].add(user);
      this.sent[name].add(user);
      this.held[name].add(user);
      if (this.held[other].has(user)) this.moved.add(user);
      else this.moved.delete(user);
      this.orphans.delete(user);
      this.foreign.delete(user);
    }
  }

  /** After a run with deletes that succeeded, the state of a set holds only users of its export. */
  synced(name: SetName): void {
    const other = otherThan(name);
    for (const user of this.held[name]) {
      if (this.exports[name].has(user)) continue;
      this.held[name].delete(user);
      if (this.exports[other].has(user)) this.moved.delete(user);
    }
  }

  lostState(name: SetName): void {
    for (const user of this.sent[name]) this.orphans.add(user);
    this.known[name].clear();
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
    const { exports, repeats } = this.#model;
    switch (one.do) {
      case 'change':
        // A user is in one set at a time.
        for (const name of sets) exports[name].delete(one.id);
        repeats.delete(one.id);
        if (one.to) exports[one.to].set(one.id, one.city);
        return;
      case 'repeat':
        if (this.#model.isExported(one.id)) repeats.set(one.id, one.city);
        return;
      case 'write':
        // A set does not notice what others change while its export has the same record as before.
        if (!this.#model.isExported(one.id)) await this.#write(one.id);
        return;
      case 'upload': {
        const touched = await TouchedUsers.open(states, { server: sandbox.url, key: 'k' });
        await touched.add([one.id]);
        await this.#write(one.id);
        await touched.close();
        return;
      }
      case 'lose':
        await this.#scene.loseState(one.set);
        this.#model.lostState(one.set);
        return;
      case 'save':
        return await this.#scene.saveState(one.set);
      case 'restore':
        await this.#scene.restoreState(one.set);
        this.#model.lostState(one.set);
        return;
      case 'wait':
        return await clock.sleep(one.ms);
      case 'sync':
        await this.sync(one.set, { deletes: one.deletes, kill: one.kill });
    }
  }

  /** Writes a user as another program does. */
  async #write(user: string): Promise<void> {
    const { sandbox, clock } = this.#scene;
    await call(sandbox, 'POST', '/v1/users', { data: [{ user_id: user, city: byOthers }] });
    // Calls of killed runs take effect with a delay, and so does this one, unless it fails.
    await clock.sleep(1000);
    if (sandbox.users.get(user)?.['city'] === byOthers) this.#model.foreign.add(user);
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
    const requests = sandbox.requests.slice(from);
    const uploaded = requests
      .filter(({ method, path }) => method === 'POST' && path === '/v1/users')
      .flatMap((request) => request.ids);
    this.#checkDeletes(
      name,
      requests.filter(({ path }) => path === '/v1/users/_delete').flatMap((request) => request.ids),
    );
    this.#model.sync(name, uploaded);
    if (result instanceof Killed || !('summary' in result)) return undefined;
    // Calls that take effect with a delay.
    await clock.sleep(1000);
    const { summary } = result;
    if (summary.exitCode === 0) {
      if (options.deletes) this.#model.synced(name);
      const last = new Map(records);
      for (const [user, value] of last) expect(sandbox.users.get(user), user).toMatchObject({ city: value });
      const { new: created, changed, unknown } = summary.sync!;
      const repeated = records.length - last.size;
      if (summary.requests.retried === 0 && summary.blockedDeletes === undefined)
        expect(uploaded.length).toBeLessThanOrEqual(created + changed + unknown + repeated);
    }
    return result;
  }

  #checkDeletes(name: SetName, deleted: readonly string[]): void {
    const { exports, known, foreign } = this.#model;
    const other = otherThan(name);
    const wrong = (isWrong: (user: string) => boolean, what: string) =>
      expect(deleted.filter(isWrong), `deletes of users ${what}`).toEqual([]);
    wrong((user) => exports[name].has(user), 'of the export');
    wrong((user) => exports[other].has(user) && known[other].has(user), 'of another set');
    wrong((user) => foreign.has(user), 'whom others have changed');
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
        {
          examples,
          numRuns: examples.length + effort(10, 400),
          interruptAfterTimeLimit: effort(60_000, 900_000),
        },
      );
    },
    effort(90_000, 1_000_000),
  );
});

/** After undisturbed syncs with deletes, Miso holds the exports, and what others have written. */
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
  const held = new Map([...sandbox.users.entries()].map(([user, record]) => [user, record['city']]));
  const exported = new Map(sets.flatMap((name) => model.recordsOf(name)));
  const surplus = [...held].filter(
    ([user, value]) =>
      !exported.has(user) && value !== byOthers && !model.orphans.has(user) && !model.moved.has(user),
  );
  expect(surplus, 'users who are in no export').toEqual([]);
  for (const [user, value] of exported) expect(held.get(user), user).toBe(value);
  for (const user of model.foreign)
    if (!exported.has(user)) expect(held.get(user), `${user}, whom others have changed`).toBe(byOthers);
}
