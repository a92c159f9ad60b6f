import type { Outcome } from '../api/call.ts';
import { isolate } from '../api/isolate/isolate.ts';
import type { RecordError } from '../api/isolate/record-errors.ts';
import { type RetryLevel, retryOptions } from '../api/isolate/trial.ts';
import type { Backup } from './backup.ts';
import type { Receipt } from './receipt.ts';
import type { DeleteDeps, DeleteSettings, IdEnd } from './settings.ts';
import { verified } from './verify.ts';

interface GroupDeps extends DeleteDeps {
  readonly backup: Backup | undefined;
  readonly receipt: Receipt | undefined;
}

/** Brings the ids of one group to their end. Whatever is thrown on the way, what Miso accepted is told and in the receipt. */
export async function deleteGroup(
  ids: readonly string[],
  settings: DeleteSettings,
  deps: GroupDeps,
): Promise<void> {
  const progress = new GroupProgress(ids);
  try {
    await carryOut(progress, settings, deps);
  } finally {
    const ends = progress.ends();
    try {
      await deps.receipt?.write(ends);
    } finally {
      for (const end of ends) deps.ended?.(end);
    }
  }
}

async function carryOut(progress: GroupProgress, settings: DeleteSettings, deps: GroupDeps): Promise<void> {
  const { users, stop } = deps;
  const options = (patience: RetryLevel) => ({ stop, ...retryOptions(patience, settings.retries) });

  const saved = await deps.backup?.save(progress.left);
  for (const [id, reason] of saved?.unsaved ?? []) progress.failed(id, reason);
  progress.missing(saved?.missing ?? []);
  // Interactions first: while the user is there, a second run finds both again.
  if (settings.withInteractions) {
    await each(progress, {
      send: async (ids, patience) => foundNothing(await users.deleteInteractions(ids, options(patience))),
      accepted: (ids) => progress.forgotten(ids),
    });
  }
  await each(progress, {
    send: (ids, patience) => users.delete(ids, options(patience)),
    accepted: (ids, taskId) => progress.deleted(ids, taskId),
  });
  if (settings.verify) await progress.verify((ends) => verified(ends, deps));
}

/** Where there are no interactions, or no data set of them yet, there is nothing to delete. */
function foundNothing(outcome: Outcome): Outcome {
  return outcome.kind === 'not-found' ? { kind: 'success', message: outcome.message, data: null } : outcome;
}

interface Step {
  readonly send: (ids: readonly string[], patience: RetryLevel) => Promise<Outcome>;
  readonly accepted: (ids: readonly string[], taskId: string | undefined) => void;
}

/** Brings all ids that did not fail before through one kind of call. */
async function each(progress: GroupProgress, { send, accepted }: Step): Promise<void> {
  const ids = progress.left;
  if (ids.length === 0) return;
  let gone: string | undefined;
  await isolate(ids, {
    send,
    stored: (some, taskId) => {
      gone = some[0];
      accepted(some, taskId);
    },
    tooLarge: () => {},
    oversized: (id, message) => progress.failed(id, `too large for Miso (HTTP 413: ${message})`),
    rejected: (id, blames) => progress.failed(id, blames.map(textOf).join('; ')),
    // What is gone can be deleted once more, and nothing else happens.
    isAlive: async () => (gone === undefined ? undefined : (await send([gone], 'few')).kind === 'success'),
  });
}

function textOf({ path, reason }: RecordError): string {
  return path === '' ? reason : `${path}: ${reason}`;
}

/** What became of each id of a group so far. */
class GroupProgress {
  readonly #ids: readonly string[];
  readonly #failed = new Map<string, string>();
  readonly #forgotten = new Set<string>();
  readonly #missing = new Set<string>();
  /** With the task that does it, where Miso named one. */
  readonly #deleted = new Map<string, string | undefined>();
  #verified: readonly IdEnd[] | undefined;
  #verifying = false;

  constructor(ids: readonly string[]) {
    this.#ids = ids;
  }

  /** Ids that did not fail. */
  get left(): readonly string[] {
    return this.#ids.filter((id) => !this.#failed.has(id));
  }

  failed(id: string, reason: string): void {
    this.#failed.set(id, reason);
  }

  /** Miso had no such users: a mistyped id must not pass for a deleted user. */
  missing(ids: readonly string[]): void {
    for (const id of ids) this.#missing.add(id);
  }

  /** Their interactions are deleted. */
  forgotten(ids: readonly string[]): void {
    for (const id of ids) this.#forgotten.add(id);
  }

  deleted(ids: readonly string[], taskId: string | undefined): void {
    for (const id of ids) this.#deleted.set(id, taskId);
  }

  async verify(look: (ends: readonly IdEnd[]) => Promise<IdEnd[]>): Promise<void> {
    const ends = this.ends();
    this.#verifying = true;
    this.#verified = await look(ends);
  }

  /** One for each id about which there is something to say. */
  ends(): readonly IdEnd[] {
    return this.#verified ?? this.#ids.flatMap((id) => this.#endOf(id) ?? []);
  }

  #endOf(id: string): IdEnd | undefined {
    const interactions = this.#forgotten.has(id);
    const failure = this.#failed.get(id);
    if (failure !== undefined) return { id, outcome: 'failed', interactions, reason: failure };
    if (this.#deleted.has(id)) {
      const taskId = this.#deleted.get(id);
      if (this.#missing.has(id)) {
        return { id, outcome: 'not-found', interactions, reason: 'Miso had no such user before' };
      }
      return {
        id,
        outcome: 'deleted',
        interactions,
        ...(taskId === undefined ? {} : { taskId }),
        ...(this.#verifying ? { reason: 'accepted by Miso, and not seen to be gone' } : {}),
      };
    }
    if (!interactions) return undefined;
    return { id, outcome: 'failed', interactions, reason: 'stopped after its interactions were deleted' };
  }
}
