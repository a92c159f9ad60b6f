import { untilAborted } from '../../../abort.ts';
import type { GlobalOptions } from '../../../cli/options.ts';
import { startStopwatch } from '../../../clock.ts';
import { exitCodeOf, exitCodes, OutputError, summaryOfError } from '../../../errors.ts';
import type { NamedFile } from '../../../files/same-file.ts';
import { readIds, takesStdin } from '../../../ids/read-ids.ts';
import type { RecordFormat } from '../../../read/format.ts';
import { readUsers } from '../../../read/read-users.ts';
import type { ReadSummary } from '../../../read/summary.ts';
import { deliver } from '../../../report/formats/deliver.ts';
import { createLogger } from '../../../report/progress/logger.ts';
import { errorText } from '../../../report/text/error-text.ts';
import { styleFor } from '../../../report/text/style.ts';
import { readDetails } from '../../../report/text/users/read-text.ts';
import { wrapFor } from '../../../report/text/width.ts';
import type { World } from '../../../world.ts';
import type { IdOptions } from '../../id-input.ts';
import { idSource } from '../../id-source.ts';
import { namedFile } from '../../report-failure.ts';
import { runCommand } from '../../run-command.ts';
import { sessionFor } from '../../session.ts';
import { CsvLosses } from './csv-losses.ts';
import { LookupStats } from './lookup-stats.ts';
import { RecordPrinter } from './record-printer.ts';

export interface ReadOptions extends GlobalOptions, IdOptions {
  readonly format?: RecordFormat;
  readonly fields?: readonly string[];
}

/** `miso users read` */
export function read(options: ReadOptions, world: World): Promise<number> {
  const stopwatch = startStopwatch(world.clock);
  const files = async () => filesOf(options, world);
  return runCommand(options, world, { command: 'users read', files }, async (resolved) => {
    const { settings, warnings } = resolved;
    const logger = createLogger(world, settings);
    warnings.forEach(logger.warning);
    const session = await sessionFor(settings, world, logger.session);
    const ids = untilAborted(readIds(idSource(options, resolved, world), logger.warning), world.stop.soft);
    const { server, report, color, safeCsv } = settings;
    const concurrency = () => session.pacer.limit;
    const lookups = readUsers(ids, { users: session.users, stop: world.stop, concurrency });
    const single = options.ids.length === 1 && options.ids[0] !== '-';
    const stats = new LookupStats(logger, options.fields);
    const format = formatOf(options, single, world);
    const printer = new RecordPrinter({
      format,
      fields: options.fields,
      single,
      safeCsv,
      stdout: world.stdout,
      // --json output is for programs, even on a terminal.
      style: styleFor(world.stdout, world, options.json ? false : color),
      csvLosses: new CsvLosses(logger),
      separate: (record) => stats.refusedKeys.separate(record),
    });
    let error: unknown;
    try {
      await printer.print(stats.recordsOf(lookups));
      if (format === 'json' || format === 'ndjson') stats.warnOfRefusedKeys();
      stats.warnOfUnseenFields();
    } catch (thrown) {
      error = thrown;
      await world.stderr.write(wrapFor(world.stderr, errorText(thrown, logger.style))).catch(() => {});
    }
    const successCode = stats.missingCount > 0 ? exitCodes.partial : exitCodes.ok;
    const summary: ReadSummary = {
      command: 'users read',
      server,
      startedAt: stopwatch.startedAt,
      durationMs: stopwatch.elapsedMs(),
      ids: {
        asked: stats.foundCount + stats.missingCount,
        found: stats.foundCount,
        missing: stats.missingCount,
      },
      missing: stats.missing,
      refusedKeys: stats.refusedKeys.counts,
      requests: session.counts,
      ...(error === undefined ? {} : { error: summaryOfError(error) }),
      exitCode: error === undefined ? successCode : exitCodeOf(error),
    };
    // Stdout is for the records. The summary goes there only if the command failed before it printed any.
    const json = options.json && error !== undefined && !printer.began && !(error instanceof OutputError);
    return await deliver(
      { summary, details: readDetails(summary) },
      { json, text: () => '', report, color },
      world,
    );
  });
}

/** The file with the ids. */
function filesOf(options: ReadOptions, world: World): NamedFile[] {
  return options.from === undefined || takesStdin(options) ? [] : [namedFile('--from', options.from, world)];
}

function formatOf({ format, json }: ReadOptions, single: boolean, { stdout }: World): RecordFormat {
  if (format !== undefined) return format;
  if (json) return 'json';
  return single && stdout.isTTY ? 'json' : 'ndjson';
}
