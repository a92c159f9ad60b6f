import { ownCopy } from '../contract/source-text.ts';
import type { DetectedInput, Item, ReadChunk } from '../upload/item.ts';
import type { TaskOutcome } from '../upload/outcome/outcome-sink.ts';
import type { ReadAgain, Selection } from '../upload/selection.ts';
import type { Comparison, Kind } from './comparison.ts';
import { toHex } from './fingerprint/fingerprint.ts';
import type { SyncState, UserRecordPrint } from './state/sync-state.ts';

/** Text of the records that are held back until the whole input is compared; longer inputs are read twice. */
const defaultMaxHeldBytes = 24 * 1024 * 1024;

export interface SelectionOptions {
  readonly state: SyncState;
  readonly comparison: Comparison;
  /** Throws the error that stops the sync, if the records so far require it. Absent: nothing is held back. */
  readonly check: (() => void) | undefined;
  /** Nothing is stored. */
  readonly dryRun: boolean;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onInputs: (inputs: readonly DetectedInput[]) => void;
  /** A record is to be sent. */
  readonly onChosen: (kind: Kind, item: Item) => void;
  readonly maxHeldBytes?: number;
}

/** Sends the records that differ from the state, and adds to the state what Miso has stored. */
export class SyncSelection implements Selection {
  readonly #options: SelectionOptions;
  /** Of records that are being sent: each is needed several times. */
  readonly #prints = new WeakMap<Item, UserRecordPrint>();
  readonly #inFlight = new Map<string, readonly UserRecordPrint[]>();

  constructor(options: SelectionOptions) {
    this.#options = options;
  }

  inputsKnown(inputs: readonly DetectedInput[]): void {
    this.#options.onInputs(inputs);
  }

  async *choose(chunks: AsyncIterable<ReadChunk>, again: ReadAgain): AsyncGenerator<ReadChunk> {
    const { check, maxHeldBytes = defaultMaxHeldBytes, comparison } = this.#options;
    let held: Chosen[] = [];
    let heldBytes = 0;
    let mode: 'hold' | 'count' | 'send' = check ? 'hold' : 'send';
    for await (const chunk of chunks) {
      const { chosen, others } = this.#split(chunk);
      yield others;
      if (mode === 'hold') {
        held.push({ ...chosen, items: chosen.items.map(detached) });
        heldBytes += bytesOf(chosen);
        if (heldBytes <= maxHeldBytes) continue;
        if (again) {
          mode = 'count';
          held = [];
          continue;
        }
        // A pipe cannot be read twice: it is checked as far as it was read.
        mode = 'send';
        check?.();
        yield* this.#release(held);
        held = [];
      } else if (mode === 'send') {
        check?.();
        yield* this.#release([chosen]);
      }
    }
    check?.();
    yield* this.#release(held);
    if (mode !== 'count' || !again) return;
    comparison.restart();
    for await (const chunk of again()) yield* this.#release([this.#split(chunk).chosen]);
  }

  /** Resolves once it is on disk that these records are about to be sent. */
  async sending(items: readonly Item[]): Promise<void> {
    await this.#options.state.sending(items.map((item) => this.#printOf(item)));
  }

  stored(item: Item): void {
    if (this.#options.dryRun) return;
    const { id, record } = this.#printOf(item);
    this.#options.state.stored(id, record);
  }

  queued(taskId: string, items: readonly Item[]): void {
    this.#inFlight.set(
      taskId,
      items.map((item) => this.#printOf(item)),
    );
  }

  taskEnded(taskId: string, outcome: TaskOutcome): void {
    if (outcome === 'open') this.#keepTask(taskId);
    this.#inFlight.delete(taskId);
  }

  /** Remembers the tasks that were not waited for. */
  keepOpenTasks(): void {
    for (const id of this.#inFlight.keys()) this.#keepTask(id);
  }

  #keepTask(id: string): void {
    const { state, now } = this.#options;
    const records = this.#inFlight.get(id) ?? [];
    state.addTask({
      ...{ id, kind: 'upload', since: Math.floor(now() / 1000) },
      ids: records.map((one) => toHex(one.id)),
      records: records.map((one) => toHex(one.record)),
    });
  }

  /** The part of a chunk that is to be sent, and the part that is not. */
  #split(chunk: ReadChunk): { readonly chosen: Chosen; readonly others: ReadChunk } {
    const { comparison } = this.#options;
    const { file, read, items, rejected } = chunk;
    for (const { rejection } of rejected) comparison.rejected(rejection);
    const kinds: Kind[] = [];
    const chosen = items.filter(({ record }) => {
      const kind = comparison.compare(record);
      if (kind !== undefined) kinds.push(kind);
      return kind !== undefined;
    });
    const skipped = items.length - chosen.length;
    return {
      chosen: { file, read: chosen.length, skipped: 0, items: chosen, rejected: [], kinds },
      others: { file, read: read - chosen.length, skipped, items: [], rejected },
    };
  }

  *#release(chunks: Iterable<Chosen>): Generator<ReadChunk> {
    for (const chunk of chunks) {
      const { kinds, ...released } = chunk;
      for (const [index, item] of chunk.items.entries()) this.#options.onChosen(kinds[index]!, item);
      if (chunk.items.length > 0) yield released;
    }
  }

  #printOf(item: Item): UserRecordPrint {
    const known = this.#prints.get(item);
    if (known) return known;
    const { fingerprints } = this.#options.state;
    const { id, json } = item.record;
    const print = { id: fingerprints.ofId(id), record: fingerprints.ofRecord(json) };
    this.#prints.set(item, print);
    return print;
  }
}

interface Chosen extends ReadChunk {
  /** Of each item. */
  readonly kinds: readonly Kind[];
}

function bytesOf({ items }: ReadChunk): number {
  return items.reduce((sum, { record }) => sum + record.bytes, 0);
}

/** The same record without the text of the chunk that it is part of. */
function detached({ record, position }: Item): Item {
  const { id, json, source } = record;
  const copied = ownCopy(json);
  const raw = source.raw === json ? copied : ownCopy(source.raw);
  return { position, record: { ...record, id: ownCopy(id), json: copied, source: { ...source, raw } } };
}
