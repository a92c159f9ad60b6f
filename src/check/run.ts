import type { StopSignals } from '../api/call.ts';
import type { UsersEndpoints } from '../api/users.ts';
import type { JsonObject } from '../contract/json.ts';
import { attributeName, attributesField } from '../contract/user-fields.ts';
import { exitCodes, StoppedError } from '../errors.ts';
import { listIds } from '../ids/list-ids.ts';
import { lookUpUsers, type UserLookup, unreadReason } from '../read/read-users.ts';
import type { Rejection, UserRecord } from '../records/record.ts';
import { labeled } from '../text.ts';
import type { ReadChunk } from '../upload/item.ts';
import { differingFields } from './compare.ts';
import { isInShare, RecordSample, type SampleSize } from './sample.ts';
import type { CheckStats } from './stats.ts';
import { flag, Verdicts } from './verdicts.ts';

export interface CheckSettings {
  readonly sample: SampleSize;
  readonly seed: number;
  /** Paths of fields that may differ. */
  readonly ignored: ReadonlySet<string>;
}

export interface CheckDeps {
  readonly users: UsersEndpoints;
  readonly stop: StopSignals;
  /** Max concurrent reads, which may change. */
  readonly concurrency: () => number;
  /** The records of the files. */
  readonly chunks: () => AsyncIterable<ReadChunk>;
  readonly stats: CheckStats;
  /** Called after all files were read, with the number of users to compare. */
  readonly onSample: (size: number) => void;
}

interface Comparison extends CheckDeps {
  readonly verdicts: Verdicts;
}

/**
 * Compares files with Miso. Throws AccessError, UnavailableError, InputError for an input that cannot be read
 * completely, or the reason of a stop.
 */
export async function runCheck(settings: CheckSettings, given: CheckDeps): Promise<Verdicts> {
  const { users, stop, stats } = given;
  const { ids } = await listIds(users, { stop, flags: flag.atMiso });
  const verdicts = new Verdicts(ids);
  const deps = { ...given, verdicts };
  const { sample, seed } = settings;
  if ('share' in sample) {
    const chosen = (id: string) => isInShare(id, sample.share, seed);
    await compare(selected(deps, chosen), settings, deps);
  } else {
    const records = new RecordSample(sample.count, seed);
    for await (const present of presentRecords(deps)) for (const record of present) records.add(record);
    deps.onSample(records.size);
    await compare(records.chunks(), settings, deps);
  }
  stop.soft.throwIfAborted();
  if (stats.read === 0) {
    throw new StoppedError('The input contains no records.', exitCodes.partial, {
      hint: 'Check the program that writes it.',
    });
  }
  return verdicts;
}

/** Yields the records of users that exist at Miso, and adds all others to the verdicts. */
async function* presentRecords({
  chunks,
  verdicts,
  stats,
}: Comparison): AsyncGenerator<readonly UserRecord[]> {
  for await (const { file, read, items, rejected } of chunks()) {
    stats.addRead(file, read);
    for (const { rejection } of rejected) {
      stats.addRejected(rejection);
      if (rejection.id !== undefined) verdicts.addRejected(rejection.id, reasonOf(rejection));
    }
    yield items.map(({ record }) => record).filter(({ id }) => verdicts.addRecord(id));
  }
}

async function* selected(
  deps: Comparison,
  isChosen: (id: string) => boolean,
): AsyncGenerator<readonly UserRecord[]> {
  for await (const records of presentRecords(deps)) yield records.filter(({ id }) => isChosen(id));
}

/** Reads the users of these records and compares them in order, so that the last record of a user counts. */
async function compare(
  chunks: AsyncIterable<readonly UserRecord[]> | Iterable<readonly UserRecord[]>,
  { ignored }: CheckSettings,
  { users, stop, concurrency, verdicts, stats }: Comparison,
): Promise<void> {
  /** Records whose users are being read. */
  const pending: JsonObject[] = [];
  const ids = async function* () {
    for await (const records of chunks) {
      for (const { json } of records) pending.push(JSON.parse(json) as JsonObject);
      yield records.map(({ id }) => id);
    }
  };
  for await (const lookup of lookUpUsers(ids(), { users, stop, concurrency })) {
    const expected = pending.shift()!;
    stats.done++;
    judge(lookup, expected, { ignored, verdicts });
  }
}

function judge(
  lookup: UserLookup,
  expected: JsonObject,
  { ignored, verdicts }: Pick<CheckSettings, 'ignored'> & Pick<Comparison, 'verdicts'>,
): void {
  const { id } = lookup;
  switch (lookup.kind) {
    case 'found': {
      const fields = differingFields(expected, lookup.record).filter((field) => !isIgnored(field, ignored));
      verdicts.addCompared(id, fields);
      break;
    }
    case 'missing':
      verdicts.addVanished(id);
      break;
    case 'invalid':
    case 'failed':
      verdicts.addUnread(id, unreadReason(lookup));
      break;
  }
}

/** `custom_attributes` means all attributes. */
function isIgnored(path: string, ignored: ReadonlySet<string>): boolean {
  return ignored.has(path) || (attributeName(path) !== undefined && ignored.has(attributesField));
}

function reasonOf({ reasons: [first] }: Rejection): string {
  return first === undefined ? '' : labeled(first.field, first.reason);
}
