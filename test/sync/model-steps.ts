import fc from 'fast-check';
import type { Kill } from './scene.ts';

export const sets = ['a', 'b'] as const;
export type SetName = (typeof sets)[number];
const ids = Array.from({ length: 6 }, (_, n) => `u${n}`);
const cities = ['Rome', 'Oslo', 'Lima'];

/** Longer than a sync waits for a task, in milliseconds. */
export const queueTime = 700_000;
/** A task that was open when its sync ended is finished after this wait. */
export const longWait = 200_000;

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
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(10, 5000, longWait) }),
  },
);

export const faults = fc.subarray([
  { do: 'task-errors', on: 'upload', ids: ['u1', 'u5'], first: 2 },
  { do: 'status', status: 503, on: 'upload', after: 1, first: 3 },
  { do: 'status', status: 503, on: 'read', first: 2 },
  { do: 'status', status: 503, on: 'delete', first: 2 },
  { do: 'queue', on: 'upload', ms: queueTime, ids: ['u2'], first: 1 },
]);
export const delays = fc.record({
  task: fc.constantFrom(0, 400),
  apply: fc.constantFrom(0, 300),
  ids: fc.constantFrom(0, 2000),
});
