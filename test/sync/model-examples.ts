import { longWait, queueTime, type SetName, type Step } from './model-steps.ts';

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
  // A killed run sends another record while the task of the earlier one is open.
  [
    [
      ...[change('u1', 'a'), syncOf('a'), change('u1', 'a', 'Oslo'), syncOf('a', 3), wait(longWait)],
      change('u1', 'a'),
    ],
    [{ do: 'queue', on: 'upload', ms: queueTime, first: 1 }],
    noDelays,
  ],
  // Another command changes a user whose task is still open.
  [
    [change('u2', 'a'), syncOf('a'), { do: 'upload', id: 'u2' }],
    [{ do: 'queue', on: 'upload', ms: queueTime, first: 1 }],
    noDelays,
  ],
  // A task that was open when its sync ended replaces the record that a later sync has stored.
  [
    [change('u1', 'a'), syncOf('a'), change('u1', 'a', 'Oslo'), syncOf('a'), wait(longWait)],
    [{ do: 'queue', on: 'upload', ms: queueTime, first: 1, overtaken: true }],
    noDelays,
  ],
  // The same in one sync, whose export has two records of a user.
  [
    [
      ...[change('u1', 'a'), change('u2', 'a'), change('u3', 'a'), change('u4', 'a')],
      ...[{ do: 'repeat', id: 'u1', city: 'Oslo' } as const, syncOf('a'), wait(longWait)],
      change('u1', 'a', 'Oslo'),
    ],
    [{ do: 'queue', on: 'upload', ms: queueTime, first: 1, overtaken: true }],
    noDelays,
  ],
  // A killed run deletes a user whose upload has finished since, which is not known yet, and the user returns to the export.
  [
    [
      ...[change('u1', 'a'), change('u2', 'a'), syncOf('a'), wait(longWait)],
      ...[{ do: 'write', id: 'w1' } as const, wait(5000)],
      ...[change('u1', undefined), syncOf('a', 7), change('u1', 'a'), syncOf('a')],
    ],
    [
      { do: 'queue', on: 'upload', ms: queueTime, first: 1 },
      // The first run polls the task 65 times. The second one gets no reply, and retries once.
      { do: 'status', status: 503, on: 'status', after: 65, first: 2 },
    ],
    { ...noDelays, ids: 2000 },
  ],
  // A user is removed from the export, and an earlier state is restored.
  [
    [
      ...[change('u1', 'a'), change('u2', 'a'), syncOf('a'), { do: 'save', set: 'a' } as const],
      ...[change('u1', 'a', 'Oslo'), syncOf('a'), { do: 'restore', set: 'a' } as const],
      ...[change('u2', undefined), syncOf('a')],
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
