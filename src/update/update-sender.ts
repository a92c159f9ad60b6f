import type { Session } from '../api/session.ts';
import { Batch, bodyBytes } from '../upload/batching/batch.ts';
import type { Item } from '../upload/item.ts';
import type { OutcomeSink } from '../upload/outcome/outcome-sink.ts';
import { oversizedReason } from '../upload/rejects/rejection.ts';
import type { CreateSender, SenderTools } from '../upload/sending/sender.ts';
import { withoutPaths } from './merged-user.ts';
import { type Plan, type PlannedUpdate, planUpdate, withUser } from './planned-update.ts';
import type { UpdateSettings } from './settings.ts';
import type { UpdateStats } from './stats.ts';
import { applyPatch, patchesOf, type UserPatches } from './user-patches.ts';
import { UserReader } from './user-reader.ts';
import { UserSource } from './user-source.ts';
import { changedPaths } from './user-text.ts';

interface UpdateParts {
  readonly settings: UpdateSettings;
  readonly stats: UpdateStats;
  readonly source: UserSource;
  readonly reader: Pick<UserReader, 'ready'>;
}

/** Merges the records of each batch with the users at Miso, and uploads the users that change. */
export function createUpdateSender({
  session,
  ...parts
}: Pick<UpdateParts, 'settings' | 'stats'> & { readonly session: Session }): CreateSender {
  return (tools) => {
    const reader = new UserReader(session, tools.stop);
    const source = new UserSource({ reader });
    const sender = new UpdateSender({ ...parts, source, reader }, tools);
    return (batch) => sender.send(batch);
  };
}

/** A user to send, and the records that were merged into it. */
interface Update {
  readonly patches: UserPatches;
  readonly plan: PlannedUpdate;
}

class UpdateSender {
  readonly #parts: UpdateParts;
  readonly #tools: SenderTools;
  /** Resolves when the last batch reads its users. */
  #turn: Promise<void> = Promise.resolve();

  constructor(parts: UpdateParts, tools: SenderTools) {
    this.#parts = parts;
    this.#tools = tools;
  }

  async send(batch: Batch): Promise<void> {
    // Many batches may wait for their tasks. Each begins when the reads of those before it have, because a read that
    // waits takes more memory than its record.
    this.#turn = this.#turn.then(() => this.#parts.reader.ready());
    await this.#turn;
    const planned = await Promise.all(
      patchesOf(batch).map(async (patches) => ({ patches, plan: await this.#plan(patches) })),
    );
    const updates: Update[] = [];
    for (const { patches, plan } of planned)
      if (plan.kind === 'changed') updates.push({ patches, plan });
      else this.#settle(patches, plan);
    if (updates.length > 0) await this.#send(updates);
    // The batch itself is not sent, only the merged users.
    batch.text?.release();
  }

  async #plan(patches: UserPatches): Promise<Plan> {
    const { source, settings } = this.#parts;
    const base = await source.baseOf(patches.id);
    if ('reason' in base) return { kind: 'rejected', cause: 'unread', reasons: [base.reason] };
    const plan = planUpdate(base.json, patches, settings);
    const { maxBodyBytes } = this.#tools;
    if (plan.kind !== 'changed' || bodyBytes([plan.item]) <= maxBodyBytes) return plan;
    const reason = oversizedReason(plan.item.record.bytes, maxBodyBytes);
    return { kind: 'rejected', cause: 'refused', reasons: [reason] };
  }

  /** Records that are not sent. */
  #settle({ items }: UserPatches, plan: Exclude<Plan, PlannedUpdate>): void {
    const { outcomes } = this.#tools;
    const { stats } = this.#parts;
    if (plan.kind === 'unchanged') {
      stats.unchanged++;
      outcomes.unchanged(items.at(-1)!);
      for (const item of items.slice(0, -1)) outcomes.superseded(item);
      return;
    }
    if (plan.cause === 'not-found') stats.notFound += items.length;
    if (plan.cause === 'unread') stats.unread += items.length;
    for (const item of items) outcomes.rejected(item, plan.reasons);
  }

  async #send(updates: readonly Update[]): Promise<void> {
    const { source } = this.#parts;
    const { outcomes, send } = this.#tools;
    const byItem = new Map(updates.map((update) => [update.plan.item, update]));
    // Before the upload: a later record of the user builds on it even if its task does not finish in time.
    for (const { record } of byItem.keys()) source.remember(record.id, record.json, { isSent: true });
    const refused: Update[] = [];
    await send(
      new Batch([...byItem.keys()]),
      this.#sinkFor({
        stored: (item) => this.#stored(byItem.get(item)!),
        rejected: (item, reasons) => {
          const update = byItem.get(item)!;
          const { patches, plan } = update;
          source.remember(patches.id, plan.json, { isSent: false });
          if (patches.items.length > 1) refused.push(update);
          else outcomes.rejected(patches.items[0]!, reasons);
        },
      }),
    );
    for (const update of refused) await this.#sendSeparately(update);
  }

  /**
   * Sends the records of a user that Miso refused one at a time, so that a bad one does not reject the
   * others.
   */
  async #sendSeparately({ patches, plan }: Update): Promise<void> {
    const { source, settings } = this.#parts;
    const { outcomes, send } = this.#tools;
    const stored: Item[] = [];
    let user = plan.base;
    for (const item of patches.items) {
      const merged = withoutPaths(applyPatch(user, item, settings.clear).user, plan.dropped);
      const sent = withUser(item, merged);
      const sink = this.#sinkFor({
        stored: () => {
          stored.push(item);
          user = merged;
          source.remember(patches.id, sent.record.json, { isSent: true });
        },
        rejected: (_, reasons) => outcomes.rejected(item, reasons),
      });
      await send(new Batch([sent]), sink);
    }
    if (stored.length === 0) return;
    const paths = changedPaths(plan.base, user);
    this.#stored({ patches: { ...patches, items: stored }, plan: { ...plan, user, paths } });
  }

  #sinkFor(ends: Pick<OutcomeSink, 'stored' | 'rejected'>): OutcomeSink {
    const { outcomes } = this.#tools;
    return {
      ...ends,
      callAccepted: (call) => outcomes.callAccepted(call),
      taskEnded: (task) => outcomes.taskEnded(task),
      // The batches that are uploaded have no other records.
      superseded: () => {},
      unchanged: () => {},
    };
  }

  #stored({ patches: { id, items }, plan }: Update): void {
    const { outcomes } = this.#tools;
    outcomes.stored(items.at(-1)!);
    for (const item of items.slice(0, -1)) outcomes.superseded(item);
    this.#parts.stats.stored(id, plan);
  }
}
