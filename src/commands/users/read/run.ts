import type { GlobalOptions } from '../../../cli/options.ts';
import { startStopwatch } from '../../../clock.ts';
import { exitCodeOf, exitCodes, OutputError, summaryOfError } from '../../../errors.ts';
import type { NamedFile } from '../../../files/same-file.ts';
import { readIds, takesStdin } from '../../../ids/read-ids.ts';
import { untilStopped } from '../../../ids/until-stopped.ts';
import { lackingIn, lostInCsv, type RecordFormat, recordWriter } from '../../../read/format.ts';
import { type Found, readUsers } from '../../../read/run.ts';
import type { ReadSummary } from '../../../read/summary.ts';
import { tableText } from '../../../read/table.ts';
import { deliver } from '../../../report/formats/deliver.ts';
import { createNotes } from '../../../report/progress/note.ts';
import { escapeControls } from '../../../report/text/escape.ts';
import { problemText } from '../../../report/text/problem-text.ts';
import { padded, shortened, widthOf } from '../../../report/text/width.ts';
import type { World } from '../../../world.ts';
import { connect } from '../../connect.ts';
import { idSource } from '../../id-source.ts';
import { namedFile } from '../../report-failure.ts';
import { runCommand } from '../../run-command.ts';

export interface ReadOptions extends GlobalOptions {
  readonly ids: readonly string[];
  readonly from?: string;
  readonly format?: RecordFormat;
  readonly fields?: readonly string[];
}

/** Ids that were not found are named one by one up to here; a report names no more either. */
const mostNamed = 1000;
/** Text is written in pieces of about so many characters. */
const pieceLength = 1 << 16;

/** `miso users read` */
export function read(args: ReadOptions, world: World): Promise<number> {
  const stopwatch = startStopwatch(world.clock);
  const files = async () => filesOf(args, world);
  return runCommand(args, world, { command: 'users read', files }, async (resolved) => {
    const { settings, warnings } = resolved;
    const notes = createNotes(world, settings);
    warnings.forEach(notes.warning);
    const session = await connect(settings, world, notes.session);
    const ids = untilStopped(readIds(idSource(args, resolved, world), notes.warning), world.stop.soft);
    const { concurrency, server, report, color } = settings;
    const found = readUsers(ids, { users: session.users, stop: world.stop, concurrency });
    const single = args.ids.length === 1 && args.ids[0] !== '-';
    const tally = new Lookups(notes, args.fields);
    const printer = new Printer(formatOf(args, single, world), { args, single, world, tally });
    let error: unknown;
    try {
      await printer.print(tally.watch(found));
      tally.warnOfLacking();
    } catch (thrown) {
      error = thrown;
      await world.stderr.write(problemText(thrown, notes.style)).catch(() => {});
    }
    const missing = tally.missingCount > 0 ? exitCodes.partial : exitCodes.ok;
    const summary: ReadSummary = {
      command: 'users read',
      server,
      startedAt: stopwatch.startedAt,
      durationMs: stopwatch.elapsedMs(),
      ids: { asked: tally.found + tally.missingCount, found: tally.found, missing: tally.missingCount },
      missing: tally.missing,
      requests: session.caller.counts,
      ...(error === undefined ? {} : { error: summaryOfError(error) }),
      exitCode: error === undefined ? missing : exitCodeOf(error),
    };
    // Records are the result of a read; its summary takes their place only where there are none.
    const json = args.json && error !== undefined && !printer.began && !(error instanceof OutputError);
    return await deliver(summary, { json, text: () => '', report, color }, world);
  });
}

/** The list that is read. */
function filesOf(args: ReadOptions, world: World): NamedFile[] {
  return args.from === undefined || takesStdin(args) ? [] : [namedFile('--from', args.from, world)];
}

function formatOf(args: ReadOptions, single: boolean, world: World): RecordFormat {
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
  /** Wanted fields that no record had so far. */
  #lacking: readonly string[];

  constructor(notes: ReturnType<typeof createNotes>, fields: readonly string[] | undefined) {
    this.#notes = notes;
    this.#lacking = fields ?? [];
  }

  async *watch(found: AsyncIterable<Found>): AsyncGenerator<Readonly<Record<string, unknown>>> {
    for await (const one of found) {
      if (one.kind === 'found') {
        this.found++;
        if (this.#lacking.length > 0) this.#lacking = lackingIn(one.record, this.#lacking);
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

  warnOfLacking(): void {
    if (this.found === 0) return;
    for (const field of this.#lacking)
      this.#notes.warning(
        `--fields names ${escapeControls(field)}, which no record that was read has. An attribute is named custom_attributes.NAME.`,
      );
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
  readonly args: ReadOptions;
  readonly single: boolean;
  readonly world: World;
  readonly tally: Lookups;
}

/** Prints records as they come. */
class Printer {
  /** Whether anything was printed. */
  began = false;
  readonly #format: RecordFormat;
  readonly #deps: PrintDeps;

  constructor(format: RecordFormat, deps: PrintDeps) {
    this.#format = format;
    this.#deps = deps;
  }

  print(records: AsyncIterable<Readonly<Record<string, unknown>>>): Promise<void> {
    return this.#format === 'table' ? this.#table(records) : this.#stream(records, this.#format);
  }

  async #table(records: AsyncIterable<Readonly<Record<string, unknown>>>): Promise<void> {
    const { args, world } = this.#deps;
    const all: Readonly<Record<string, unknown>>[] = [];
    for await (const record of records) all.push(record);
    const width = world.stdout.isTTY ? world.stdout.columns : Number.POSITIVE_INFINITY;
    await this.#write(
      tableText(all, args.fields, { width, shown: escapeControls, widthOf, shortened, padded }),
    );
  }

  async #stream(
    records: AsyncIterable<Readonly<Record<string, unknown>>>,
    format: Exclude<RecordFormat, 'table'>,
  ): Promise<void> {
    const { args, single, world, tally } = this.#deps;
    const { stdout } = world;
    const writer = recordWriter(format, { single, fields: args.fields });
    // On a terminal each record is shown as it comes; in a pipe whole pieces are quicker.
    const piece = stdout.isTTY ? 1 : pieceLength;
    let text = writer.opening;
    let first = true;
    try {
      for await (const record of records) {
        if (stdout.closed) return;
        if (format === 'csv' && !args.fields) tally.checkCsv(record);
        const written = writer.record(record, first);
        text += stdout.isTTY ? escapeForTerminal(written) : written;
        first = false;
        if (text.length < piece) continue;
        await this.#write(text);
        text = '';
      }
    } catch (error) {
      // What was found before is printed, and JSON is closed, so that it can be read.
      if (!first && !(error instanceof OutputError)) await this.#write(text + writer.closing);
      throw error;
    }
    await this.#write(text + (first && format === 'json' ? emptyJson(single) : writer.closing));
    tally.warnOfLosses();
  }

  #write(text: string): Promise<void> {
    this.began ||= text !== '';
    return this.#deps.world.stdout.write(text);
  }
}

/** JSON escapes C0 itself; what is left is C1 and what turns the direction of writing. Line breaks are the format's own. */
function escapeForTerminal(text: string): string {
  return text.split('\n').map(escapeControls).join('\n');
}

/** Nothing was found: an empty list, and no object at all. */
function emptyJson(single: boolean): string {
  return single ? '' : ']\n';
}
