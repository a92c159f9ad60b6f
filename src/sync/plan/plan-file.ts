import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { isObject, type JsonObject, parseJson } from '../../contract/json.ts';
import type { Limit } from '../../contract/limit.ts';
import { UsageError } from '../../errors.ts';
import { completeLines } from '../../files/complete-lines.ts';
import { orOutputError, reasonOf, replaceFileOpen } from '../../files/write.ts';
import type { Kind } from '../comparison.ts';
import type { Shaping } from '../state/state-header.ts';

/** An input of a plan, to detect a change of the file. */
export interface PlannedInput {
  /** Absolute. */
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
}

/** The first line of a plan. */
export interface PlanHeader {
  readonly plan: 1;
  /** ISO 8601. */
  readonly time: string;
  readonly server: string;
  /** See `keyFingerprint`. */
  readonly key: string;
  readonly set: string;
  /** Absolute path of the state file. */
  readonly state: string;
  readonly serial: number;
  readonly shaping: Shaping;
  readonly inputs: readonly PlannedInput[];
  readonly full: boolean;
  readonly remote: boolean;
  readonly maxChanges: Limit;
  /** Absent without --delete. */
  readonly deletes?: { readonly maxDeletes: Limit; readonly afterMs: number };
  readonly counts: Readonly<Record<string, number>>;
}

export interface PlannedAction {
  readonly action: Kind | 'delete';
  readonly user_id: string;
}

/** Lines that are written at once. */
const linesPerWrite = 2000;

/**
 * Collects the actions of a plan, as text: ten million of them take a fifth of the memory of as many objects.
 */
export class PlanWriter {
  readonly #path: string;
  readonly #written: Buffer[] = [];
  #lines: string[] = [];

  constructor(path: string) {
    this.#path = path;
  }

  add(action: PlannedAction): void {
    this.#lines.push(`${JSON.stringify(action)}\n`);
    if (this.#lines.length >= linesPerWrite) this.#flush();
  }

  /** Writes the plan, readable by its owner only. A user is in it once. Throws OutputError. */
  async finish(header: PlanHeader): Promise<void> {
    this.#flush();
    const content = [`${JSON.stringify(header)}\n`, ...this.#written];
    const written = replaceFileOpen(this.#path, content).then((handle) => handle.close());
    await orOutputError(written, { name: `The plan ${this.#path}` });
  }

  #flush(): void {
    this.#written.push(Buffer.from(this.#lines.join('')));
    this.#lines = [];
  }
}

/** Reads the first line of a plan. Throws UsageError. */
export async function readPlanHeader(path: string): Promise<PlanHeader> {
  for await (const { text } of linesOf(path)) {
    const header = parseJson(text);
    if (isObject(header) && header['plan'] === 1) return header as unknown as PlanHeader;
    break;
  }
  throw new UsageError(`${path} is not a plan.`, { hint: '`miso users sync --plan FILE` writes one.' });
}

/** The actions of a plan, in order. Throws UsageError. */
export async function* readActions(path: string): AsyncGenerator<PlannedAction> {
  let isFirst = true;
  for await (const { text } of linesOf(path)) {
    if (isFirst) {
      isFirst = false;
      continue;
    }
    const action: unknown = parseJson(text);
    if (!isAction(action)) throw new UsageError(`${path} is damaged: ${text.slice(0, 80)}`);
    yield action;
  }
}

function isAction(value: unknown): value is PlannedAction & JsonObject {
  return isObject(value) && typeof value['action'] === 'string' && typeof value['user_id'] === 'string';
}

async function* linesOf(path: string): ReturnType<typeof completeLines> {
  try {
    yield* completeLines(path);
  } catch (error) {
    throw new UsageError(`The plan ${path} cannot be read: ${reasonOf(error)}.`);
  }
}

/** Throws UsageError for an input that cannot be read twice. */
export async function identifyInput(path: string): Promise<PlannedInput> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of createReadStream(path)) {
    hash.update(chunk as Buffer);
    size += (chunk as Buffer).length;
  }
  return { path, size, sha256: hash.digest('hex') };
}
