import type { CallResult } from '../api/call.ts';
import { isolate } from '../api/isolate/isolate.ts';
import type { RecordError } from '../api/isolate/record-errors.ts';
import { type RetryLevel, retryOptions } from '../api/isolate/trial.ts';
import { unreadReason } from '../read/read-users.ts';
import type { Backup } from './backup.ts';
import { absentAsSuccess, parseDeleteReply } from './delete-reply.ts';
import { existing, lookUp } from './look-up.ts';
import type { Receipt } from './receipt.ts';
import type { DeleteDeps, DeleteSettings } from './settings.ts';
import { intentOf, resultOf, type UserProgress } from './user-progress.ts';
import { stillThere } from './verify.ts';

interface GroupDeps extends DeleteDeps {
  readonly backup: Backup | undefined;
  readonly receipt: Receipt | undefined;
}

/** Deletes the users of one group. Even when it throws, the results so far were written and passed on. */
export async function deleteGroup(
  ids: readonly string[],
  settings: DeleteSettings,
  deps: GroupDeps,
): Promise<void> {
  const users = ids.map((id) => progressOf(id, deps));
  try {
    await examine(users, settings, deps);
    await send(users, settings, deps);
    if (settings.verify) await verify(users, deps);
  } finally {
    const time = new Date(deps.clock.now()).toISOString();
    const results = users.flatMap((user) => resultOf(user, { verify: settings.verify, time }) ?? []);
    try {
      await deps.receipt?.writeResults(results);
    } finally {
      for (const result of results) deps.onResult?.(result);
    }
  }
}

function progressOf(id: string, { receipt, backup }: GroupDeps): UserProgress {
  const previous = receipt?.previous.get(id);
  // An attempt for a user that did not exist has deleted nothing.
  const attemptedBefore =
    previous !== undefined && previous.outcome !== 'not-found' && previous.existed !== false;
  const existed = backup?.has(id) || previous?.existed === true ? true : null;
  return { id, existed, attemptedBefore, interactions: false, calls: 0 };
}

/** Looks up the users and saves them, if the settings require it. */
async function examine(
  users: readonly UserProgress[],
  { verify }: DeleteSettings,
  deps: GroupDeps,
): Promise<void> {
  if (deps.backup || deps.keep) return await readAll(users, deps);
  if (!verify) return;
  const found = await existing(
    users.map(({ id }) => id),
    deps,
  );
  for (const user of users) user.existed ||= found.has(user.id);
}

/**
 * Reads the users, decides which to keep, and saves the others. A user that cannot be read is not deleted.
 */
async function readAll(users: readonly UserProgress[], deps: GroupDeps): Promise<void> {
  const { backup, keep } = deps;
  const records = new Map<string, Readonly<Record<string, unknown>>>();
  const byId = new Map(users.map((user) => [user.id, user]));
  const errors: Error[] = [];
  for await (const lookup of lookUp([...byId.keys()], deps)) {
    const user = byId.get(lookup.id)!;
    if (lookup.kind === 'failed') errors.push(lookup.error);
    if (lookup.kind === 'found') {
      user.existed = true;
      const reason = keep?.(lookup.id, lookup.record);
      if (reason === undefined) records.set(lookup.id, lookup.record);
      else user.kept = reason;
    } else if (keep === undefined && backup?.has(lookup.id)) {
      user.existed = true;
    } else if (lookup.kind === 'missing') {
      user.absent = true;
    } else {
      const reason = unreadReason(lookup);
      user.failure = `not deleted, because it cannot be ${keep ? 'read' : 'saved'}: ${reason}`;
    }
  }
  // If no read succeeds, the ids are not the problem.
  if (errors.length > 0 && errors.length === users.length) {
    for (const user of users) delete user.failure;
    throw errors[0];
  }
  await backup?.save(records);
}

async function send(
  users: readonly UserProgress[],
  settings: DeleteSettings,
  deps: GroupDeps,
): Promise<void> {
  const { stop, requests } = deps;
  const left = sendable(users).map(({ id }) => id);
  if (left.length > 0) await deps.beforeDelete?.(left);
  const options = (level: RetryLevel) => ({ stop, ...retryOptions(level, settings.retries) });
  await deps.receipt?.writeIntents(sendable(users).map(intentOf));
  // Interactions first: while the user exists, a second run finds both again.
  if (settings.withInteractions) {
    await isolateUsers(users, {
      send: async (ids, level) =>
        absentAsSuccess(await deps.users.deleteInteractions(ids, options(level)), ids),
      onAccepted: (user) => {
        user.interactions = true;
      },
    });
  }
  let reply = parseDeleteReply([], undefined);
  let wasRetried = false;
  await isolateUsers(users, {
    send: async (ids, level) => {
      const retriedBefore = requests.retried;
      const result = absentAsSuccess(await deps.users.delete(ids, options(level)), ids);
      if (result.kind === 'success') reply = parseDeleteReply(ids, result.data);
      wasRetried = requests.retried > retriedBefore;
      return result;
    },
    onSend: (some) => {
      for (const user of some) user.calls++;
    },
    onAccepted: (user, taskId) => {
      user.accepted = { taskId, reported: reply.of(user.id), repeated: wasRetried || user.calls > 1 };
    },
    onAllAccepted: (some) => {
      const known = some.filter(({ existed }) => existed === false).length;
      const unnamed = some.some(({ accepted }) => accepted?.repeated) ? 0 : reply.unnamedNotFound - known;
      if (unnamed > 0) deps.onUnnamedNotFound?.(unnamed);
    },
  });
}

async function verify(users: readonly UserProgress[], deps: GroupDeps): Promise<void> {
  const accepted = users.filter((user) => user.accepted && user.failure === undefined);
  const remaining = await stillThere(
    accepted.map(({ id }) => id),
    deps,
  );
  for (const user of accepted) user.remains = remaining.has(user.id);
}

function sendable(users: readonly UserProgress[]): readonly UserProgress[] {
  return users.filter(({ failure, kept, absent }) => failure === undefined && kept === undefined && !absent);
}

interface Step {
  readonly send: (ids: readonly string[], level: RetryLevel) => Promise<CallResult>;
  /** Called before `send`. */
  readonly onSend?: (users: readonly UserProgress[]) => void;
  readonly onAccepted: (user: UserProgress, taskId: string | undefined) => void;
  /** Called after `onAccepted` for each user of a call. */
  readonly onAllAccepted?: (users: readonly UserProgress[]) => void;
}

/** Sends one kind of call for all users that have not failed yet. */
async function isolateUsers(all: readonly UserProgress[], step: Step): Promise<void> {
  const users = sendable(all);
  if (users.length === 0) return;
  let accepted: string | undefined;
  const idsOf = (some: readonly UserProgress[]) => some.map(({ id }) => id);
  await isolate(users, {
    send: (some, level) => {
      step.onSend?.(some);
      return step.send(idsOf(some), level);
    },
    stored: (some, taskId) => {
      accepted = some[0]?.id;
      for (const user of some) step.onAccepted(user, taskId);
      step.onAllAccepted?.(some);
    },
    tooLarge: () => {},
    oversized: (user, message) => {
      user.failure = `too large for Miso (HTTP 413: ${message})`;
    },
    rejected: (user, errors) => {
      user.failure = errors.map(textOf).join('; ');
    },
    // Deleting a user twice has no effect.
    isAlive: async () =>
      accepted === undefined ? undefined : (await step.send([accepted], 'few')).kind === 'success',
  });
}

function textOf({ path, reason }: RecordError): string {
  return path === '' ? reason : `${path}: ${reason}`;
}
