import fc from 'fast-check';
import type { Kill } from './scene.ts';

export const sets = ['a', 'b'] as const;
export type SetName = (typeof sets)[number];
const ids = Array.from({ length: 6 }, (_, n) => `u${n}`);
const cities = ['Rome', 'Oslo', 'Lima'];

export type Step =
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
export const step: fc.Arbitrary<Step> = fc.oneof(
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

export const faults = fc.subarray([
  { do: 'task-errors', on: 'upload', ids: ['u1', 'u5'], first: 2 },
  { do: 'status', status: 503, on: 'upload', after: 1, first: 3 },
  { do: 'status', status: 503, on: 'read', first: 2 },
  { do: 'status', status: 503, on: 'delete', first: 2 },
]);
export const delays = fc.record({
  task: fc.constantFrom(0, 400),
  apply: fc.constantFrom(0, 300),
  ids: fc.constantFrom(0, 2000),
});

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

/** Sequences that are rarely generated; each fails without one particular part of sync. */
export const examples: [Step[], unknown[], typeof noDelays][] = [
  // A killed run sends another record, and the export changes back to the record in the state.
  [
    [change('u1', 'a'), syncOf('a'), change('u1', 'a', 'Oslo'), syncOf('a', 2), change('u1', 'a')],
    [],
    noDelays,
  ],
  // A user that only a killed run has sent is removed from the export.
  [
    [change('u1', 'a'), syncOf('a'), change('u2', 'a'), syncOf('a', 2), change('u2', undefined)],
    [],
    noDelays,
  ],
  // Another program changes a user that is gone.
  [[change('u1', 'a'), syncOf('a'), change('u1', undefined), { do: 'write', id: 'u1' }], [], noDelays],
  // Another command changes a user that is unchanged in the export.
  [[change('u1', 'a'), syncOf('a'), { do: 'upload', id: 'u1' }], [], noDelays],
  // A user moves to another set and back.
  [[change('u1', 'b'), syncOf('b'), change('u1', 'a', 'Oslo'), syncOf('a'), change('u1', 'b')], [], noDelays],
  // A user moves to a set whose run is killed.
  [[change('u1', 'a'), syncOf('a'), change('u1', 'b'), syncOf('b', 2), syncOf('a')], [], noDelays],
  // The state of an earlier run is restored.
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
  // A restored state holds a user that was deleted, so that most of its users are missing at Miso.
  [
    [
      ...[change('u1', 'a'), syncOf('a'), { do: 'save', set: 'a' } as const],
      ...[change('u1', undefined), syncOf('a'), { do: 'restore', set: 'a' } as const],
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
