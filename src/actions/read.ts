import type { ReadArguments } from '../cli/actions.ts';
import { exitCodes } from '../errors.ts';
import { readIds } from '../ids/read-ids.ts';
import { lostInCsv, type RecordFormat, recordWriter } from '../read/format.ts';
import { type Found, readUsers } from '../read/run.ts';
import { tableText } from '../read/table.ts';
import { escapeControls } from '../report/escape.ts';
import { createNotes } from '../report/note.ts';
import { writeReport } from '../report/report-file.ts';
import type { World } from '../world.ts';
import { connect } from './connect.ts';
import { settingsOf } from './settings.ts';

/** Ids that were not found are named one by one up to here; a report names no more either. */
const mostNamed = 1000;
/** Text is written in pieces of about so many characters. */
const pieceLength = 1 << 16;

/** `miso users read` */
export async function read(args: ReadArguments, world: World): Promise<number> {
  const startedAt = world.clock.now();
  const { settings, warnings } = await settingsOf(args, world);
  const notes = createNotes(world, settings);
  warnings.forEach(notes.warning);
  const session = await connect(settings, world, notes.session);
  const ids = readIds(
    {
      ids: args.ids,
      from: args.from,
      column: settings.columns.id,
      read: {},
      stdin: world.stdin,
      cwd: world.cwd,
    },
    notes.warning,
  );
  const { users } = session;
  const found = readUsers(ids, { users, stop: world.stop, concurrency: settings.concurrency });
  const single = args.ids.length === 1 && args.ids[0] !== '-';
  const tally = new Lookups(notes);
  await print(tally.watch(found), formatOf(args, single, world), { args, single, world, tally });

  const exitCode = tally.missing.length > 0 ? exitCodes.partial : exitCodes.ok;
  if (settings.report !== undefined) {
    const summary = {
      command: 'users read',
      server: settings.server,
      startedAt: new Date(startedAt).toISOString(),
      durationMs: world.clock.now() - startedAt,
      ids: { asked: tally.found + tally.missingCount, found: tally.found, missing: tally.missingCount },
      missing: tally.missing,
      requests: session.caller.counts,
      exitCode,
    };
    await writeReport(settings.report, summary, world.cwd);
  }
  return exitCode;
}

function formatOf(args: ReadArguments, single: boolean, world: World): RecordFormat {
  if (args.format !== undefined) return args.format;
  if (args.json) return 'json';
  return single && world.stdout.isTTY ? 'json' : 'ndjson';
}

/** Passes on what was found, names what was not, and counts both. */
class Lookups {
  found = 0;
  missingCount = 0;
  readonly missing: string[] = [];
  readonly #notes: ReturnType<typeof createNotes>;
  readonly #lost = new Map<string, number>();

  constructor(notes: ReturnType<typeof createNotes>) {
    this.#notes = notes;
  }

  async *watch(found: AsyncIterable<Found>): AsyncGenerator<Readonly<Record<string, unknown>>> {
    for await (const one of found) {
      if (one.kind === 'found') {
        this.found++;
        yield one.record;
        continue;
      }
      this.missingCount++;
      if (this.missing.length >= mostNamed) continue;
      this.missing.push(one.id);
      this.#notes.line(`${this.#notes.style.red('✖')} ${escapeControls(one.id)}: ${one.reason}`);
    }
    if (this.missingCount > mostNamed)
      this.#notes.line(`and ${this.missingCount - mostNamed} more that were not found`);
  }

  checkCsv(record: Readonly<Record<string, unknown>>): void {
    for (const field of lostInCsv(record)) this.#lost.set(field, (this.#lost.get(field) ?? 0) + 1);
  }

  warnOfLosses(): void {
    for (const [field, records] of this.#lost) {
      this.#notes.warning(
        `${field} is empty or no field of Miso’s record in ${records} records: a CSV does not keep that, --format ndjson does.`,
      );
    }
  }
}

interface PrintDeps {
  readonly args: ReadArguments;
  readonly single: boolean;
  readonly world: World;
  readonly tally: Lookups;
}

async function print(
  records: AsyncIterable<Readonly<Record<string, unknown>>>,
  format: RecordFormat,
  { args, single, world, tally }: PrintDeps,
): Promise<void> {
  const { stdout } = world;
  if (format === 'table') {
    const all: Readonly<Record<string, unknown>>[] = [];
    for await (const record of records) all.push(record);
    const width = stdout.isTTY ? stdout.columns : Number.POSITIVE_INFINITY;
    return stdout.write(tableText(all, { fields: args.fields, width, shown: escapeControls }));
  }
  const writer = recordWriter(format, { single, fields: args.fields });
  // On a terminal each record is shown as it comes; in a pipe whole pieces are quicker.
  const piece = stdout.isTTY ? 1 : pieceLength;
  let text = writer.opening;
  let first = true;
  for await (const record of records) {
    if (stdout.closed) return;
    if (format === 'csv' && !args.fields) tally.checkCsv(record);
    text += stdout.isTTY ? escapeForTerminal(writer.record(record, first)) : writer.record(record, first);
    first = false;
    if (text.length < piece) continue;
    await stdout.write(text);
    text = '';
  }
  await stdout.write(text + (first && format === 'json' ? emptyJson(single) : writer.closing));
  tally.warnOfLosses();
}

/** JSON escapes C0 itself; what is left is C1 and what turns the direction of writing. Line breaks are the format's own. */
function escapeForTerminal(text: string): string {
  return text.split('\n').map(escapeControls).join('\n');
}

/** Nothing was found: an empty list, and no object at all. */
function emptyJson(single: boolean): string {
  return single ? '' : ']\n';
}
