import type { StopSignals } from '../api/call.ts';
import type { Session } from '../api/session.ts';
import { requireIds } from '../api/users.ts';
import type { Clock } from '../clock.ts';
import { isObject, type JsonObject, parseJson } from '../contract/json.ts';
import { attributePath, attributesField } from '../contract/user-fields.ts';
import { separateRefused } from '../records/refused-keys.ts';
import { escapeInvisible, listOf, pluralize } from '../text.ts';
import type { DetectedInput, Item, ReadChunk } from './item.ts';

/** A file with more fields than this, in addition to the id, does not look like a partial update. */
const maxFields = 3;
const maxReads = 5;
/** Max records of the file whose users are looked up. */
const maxRecords = 1000;
/** Max delay of the upload, in milliseconds. */
const limitMs = 10_000;
const maxNamed = 5;

interface PartialCheckDeps {
  readonly session: Session;
  readonly clock: Clock;
  readonly stop: StopSignals;
  readonly warn: (text: string) => void;
}

/**
 * Warns, before anything is sent, about a file that looks like a partial update: it has few fields, and the
 * users at Miso have others, which an upload would erase. Each run lists the ids once and reads a few users.
 */
export class PartialCheck {
  readonly #deps: PartialCheckDeps;

  constructor(deps: PartialCheckDeps) {
    this.#deps = deps;
  }

  /** Passes on all chunks. */
  async *inspect(
    chunks: AsyncIterable<ReadChunk>,
    inputs: readonly DetectedInput[],
  ): AsyncGenerator<ReadChunk> {
    let isChecked = false;
    for await (const chunk of chunks) {
      const given = isChecked || chunk.items.length === 0 ? undefined : fieldsOf(chunk, inputs);
      if (given !== undefined && given.size <= maxFields) {
        isChecked = true;
        await this.#check(chunk, given);
      }
      yield chunk;
    }
  }

  async #check({ file, items }: ReadChunk, given: ReadonlySet<string>): Promise<void> {
    const { warn, stop, clock } = this.#deps;
    const timeout = new AbortController();
    clock.sleep(limitMs, timeout.signal).then(
      () => timeout.abort(new Error('it took too long')),
      () => {},
    );
    const limited = {
      soft: AbortSignal.any([stop.soft, timeout.signal]),
      hard: AbortSignal.any([stop.hard, timeout.signal]),
    };
    try {
      const users = await this.#readSome(items, limited);
      const lost = users.map((user) =>
        pathsOf(user).filter((path) => path !== 'user_id' && !given.has(path)),
      );
      if (lost.flat().length > 0) warn(warningText({ path: file.path, given, lost }));
    } catch (error) {
      if (stop.soft.aborted) return;
      const why = error instanceof Error ? error.message : String(error);
      warn(`Could not check whether ${escapeInvisible(file.path)} is a partial update: ${why}`);
    } finally {
      timeout.abort();
    }
  }

  /** Reads a few existing users of the first records. */
  async #readSome(items: readonly Item[], stop: StopSignals): Promise<JsonObject[]> {
    const { users } = this.#deps.session;
    const wanted = new Set(items.slice(0, maxRecords).map(({ record }) => record.id));
    let existing: string[] = [];
    const collect = () => {
      existing = [];
      return (ids: readonly string[]) => void existing.push(...ids.filter((id) => wanted.has(id)));
    };
    if (!requireIds(await users.eachId(collect, { stop, retries: 0 }))) return [];
    const step = Math.max(1, Math.floor(existing.length / maxReads));
    const sample = existing.filter((_, n) => n % step === 0).slice(0, maxReads);
    const outcomes = await Promise.all(sample.map((id) => users.read(id, { stop, retries: 0 })));
    return outcomes.flatMap((outcome) =>
      outcome.kind === 'success' && isObject(outcome.data) ? [separateRefused(outcome.data).record] : [],
    );
  }
}

/** The fields of a file, without the id. */
function fieldsOf({ file, items }: ReadChunk, inputs: readonly DetectedInput[]): Set<string> {
  const columns = inputs.find((input) => input.file.index === file.index)?.plan.columns ?? [];
  const given = new Set(columns.flatMap(({ field }) => field ?? []));
  for (const { record } of items) {
    const value = parseJson(record.json);
    if (isObject(value)) for (const path of pathsOf(value)) given.add(path);
    if (given.size > maxFields + 1) break;
  }
  given.delete('user_id');
  return given;
}

/** The paths in a record that upload accepts. */
function pathsOf(record: JsonObject): string[] {
  const { user_id, _miso, [attributesField]: attributes, ...fields } = record;
  const names = isObject(attributes) ? Object.keys(attributes).map(attributePath) : [];
  return [...Object.keys(fields), ...names];
}

interface Found {
  readonly path: string;
  readonly given: ReadonlySet<string>;
  /** For each user that was read: the fields that an upload would erase. */
  readonly lost: readonly (readonly string[])[];
}

function warningText({ path, given, lost }: Found): string {
  const has = given.size === 0 ? 'no field but user_id' : `only ${named([...given])}`;
  const fields = named([...new Set(lost.flat())]);
  const count = lost.filter((paths) => paths.length > 0).length;
  const users = `${count} of ${pluralize(lost.length, 'user')} read`;
  return (
    `${escapeInvisible(path)} looks like a partial update: it has ${has}, and ${users} also have ${fields}. ` +
    'An upload replaces the whole user and erases these. To keep them, use miso users update.'
  );
}

function named(paths: readonly string[]): string {
  const shown = paths.slice(0, maxNamed).map(escapeInvisible);
  const more = paths.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : listOf(shown, 'and');
}
