import { lookUpUsers } from '../read/read-users.ts';
import type { DetectedInput, Item, ReadChunk } from '../upload/item.ts';
import type { Selection } from '../upload/selection.ts';
import type { Comparison } from './comparison.ts';
import { isSameRecord } from './returned-record.ts';
import type { SyncDeps } from './settings.ts';
import type { SyncState } from './state/sync-state.ts';

export interface AdoptOptions {
  readonly state: SyncState;
  readonly comparison: Comparison;
  readonly deps: Pick<SyncDeps, 'session' | 'stop'>;
  readonly onInputs: (inputs: readonly DetectedInput[]) => void;
}

/** What was found of the users of the input. */
export interface AdoptCounts {
  adopted: number;
  different: number;
  missing: number;
  /** Their record could not be read. */
  unread: number;
}

/** Adds to the state the users whose record at Miso is that of the input. Sends nothing. */
export class Adoption implements Selection {
  readonly counts: AdoptCounts = { adopted: 0, different: 0, missing: 0, unread: 0 };
  readonly #options: AdoptOptions;

  constructor(options: AdoptOptions) {
    this.#options = options;
  }

  inputsKnown(inputs: readonly DetectedInput[]): void {
    this.#options.onInputs(inputs);
  }

  async *choose(chunks: AsyncIterable<ReadChunk>): AsyncGenerator<ReadChunk> {
    const { comparison } = this.#options;
    for await (const chunk of chunks) {
      for (const { rejection } of chunk.rejected) comparison.rejected(rejection);
      await this.#adopt(chunk.items);
      yield { ...chunk, skipped: chunk.items.length, items: [] };
    }
  }

  stored(): void {}

  queued(): void {}

  taskEnded(): void {}

  async #adopt(items: readonly Item[]): Promise<void> {
    const { state, comparison, deps } = this.#options;
    const { session, stop } = deps;
    const { fingerprints } = state;
    // The last record of an id is the one that counts.
    const records = new Map(
      items
        .filter(({ record }) => comparison.compare(record) !== undefined)
        .map(({ record }) => [record.id, record.json]),
    );
    this.counts.adopted += items.length - records.size;
    const concurrency = () => session.pacer.limit;
    for await (const lookup of lookUpUsers([[...records.keys()]], {
      ...{ users: session.users, stop, concurrency },
    })) {
      if (lookup.kind === 'missing') this.counts.missing++;
      else if (lookup.kind !== 'found') this.counts.unread++;
      else {
        const print = fingerprints.ofRecord(records.get(lookup.id)!);
        const isSame = isSameRecord(print, lookup.record, fingerprints);
        if (isSame) state.stored(fingerprints.ofId(lookup.id), print);
        this.counts[isSame ? 'adopted' : 'different']++;
      }
    }
    // A run that was stopped continues after what is on disk.
    await state.sending([]);
  }
}
