import type { RequestCounts } from '../../../api/call.ts';
import { startStopwatch } from '../../../clock.ts';
import type { Settings } from '../../../config/settings.ts';
import { exitCodeOf, exitCodes, summaryOfError } from '../../../errors.ts';
import { exportToDevice, exportToFile, exportToOutput } from '../../../export/run.ts';
import type { ExportDeps } from '../../../export/settings.ts';
import { ExportStats } from '../../../export/stats.ts';
import type { ExportSummary } from '../../../export/summary.ts';
import { lock } from '../../../files/lock.ts';
import { orOutputError } from '../../../files/write.ts';
import { deliver } from '../../../report/formats/deliver.ts';
import { chooseProgress } from '../../../report/progress/choose-progress.ts';
import { createLogger, type Logger } from '../../../report/progress/logger.ts';
import { type UsersView, usersText } from '../../../report/progress/progress-text.ts';
import { errorText } from '../../../report/text/error-text.ts';
import { styleFor } from '../../../report/text/style.ts';
import { exportDetails, exportText } from '../../../report/text/users/export-text.ts';
import { wrapFor } from '../../../report/text/width.ts';
import type { World } from '../../../world.ts';
import { namedFile } from '../../report-failure.ts';
import { runCommand } from '../../run-command.ts';
import { sessionFor } from '../../session.ts';
import { CsvLosses } from '../read/csv-losses.ts';
import { RecordPrinter } from '../read/record-printer.ts';
import { type ExportFormat, type ExportOptions, type Target, targetOf } from './target.ts';

/** `miso users export` */
export function exportUsers(options: ExportOptions, world: World): Promise<number> {
  const stopwatch = startStopwatch(world.clock);
  const { output } = options;
  const files = async () => (output === undefined ? [] : [namedFile('--output', output, world)]);
  return runCommand(options, world, { command: 'users export', files }, async ({ settings, warnings }) => {
    const logger = createLogger(world, settings);
    warnings.forEach(logger.warning);
    const target = await targetOf(options, settings, world.cwd);
    // On a terminal, progress would be mixed with the records.
    const isHidden = target.kind === 'stdout' && world.stdout.isTTY;
    const progress = chooseProgress(world, isHidden ? { quiet: true } : settings, logger.style);
    const session = await sessionFor(settings, world, { ...logger.session, onPause: progress.pause });
    const stats = new ExportStats();
    const view = new ExportView(stats, session.counts);
    const printer = printerFor(target.format, { settings, options, logger, world });
    let error: unknown;
    try {
      progress.start((now, pause) => usersText(view.at(now), now, pause));
      await write(target, stats, {
        users: session.users,
        stop: world.stop,
        concurrency: () => session.pacer.limit,
        onStart: () => view.start(world.clock.monotonic()),
        print: printer.print,
      });
      const { warning } = stats.refusedKeys;
      if (warning !== undefined && target.format !== 'csv') logger.warning(warning);
    } catch (thrown) {
      error = thrown;
    }
    await progress.stop();
    const successCode = stats.failed > 0 ? exitCodes.partial : exitCodes.ok;
    const summary: ExportSummary = {
      command: 'users export',
      server: settings.server,
      startedAt: stopwatch.startedAt,
      durationMs: stopwatch.elapsedMs(),
      users: stats.users,
      resumed: stats.resumed,
      refusedKeys: stats.refusedKeys.counts,
      requests: session.counts,
      failures: stats.failures,
      output: error === undefined ? (output ?? null) : null,
      resumable: error !== undefined && target.kind === 'file' && stats.exported > 0,
      ...(error === undefined ? {} : { error: summaryOfError(error) }),
      exitCode: error === undefined ? successCode : exitCodeOf(error),
    };
    if (error !== undefined)
      await world.stderr.write(wrapFor(world.stderr, errorText(error, logger.style))).catch(() => {});
    return await finish(summary, { settings, options, logger, world, printed: printer.hasPrinted() });
  });
}

/** Runs the export. A lock prevents another export to the same file. */
async function write(target: Target, stats: ExportStats, deps: ExportDeps): Promise<void> {
  if (target.kind === 'stdout') return await exportToOutput(stats, deps);
  if (target.kind === 'device') return await exportToDevice(target.path, stats, deps);
  const { file } = target;
  const held = await orOutputError(
    lock(`${file.partial}.lock`, { what: `Another export to ${file.path} is running` }),
    { name: `The file ${file.path}` },
  );
  try {
    await exportToFile(file, stats, deps);
  } finally {
    await held.release();
  }
}

/** What progress shows of an export. */
class ExportView {
  readonly #stats: ExportStats;
  readonly #requests: RequestCounts;
  #startedAt: number | undefined;

  constructor(stats: ExportStats, requests: RequestCounts) {
    this.#stats = stats;
    this.#requests = requests;
  }

  start(now: number): void {
    this.#startedAt = now;
  }

  at(now: number): UsersView {
    const { done, listed, resumed } = this.#stats;
    const started = this.#startedAt;
    const { retried } = this.#requests;
    if (started === undefined) return { done: 0, total: 0, elapsed: 0, retried };
    return { done: done - resumed, total: listed - resumed, elapsed: now - started, retried };
  }
}

interface Context {
  readonly settings: Settings;
  readonly options: ExportOptions;
  readonly logger: Logger;
  readonly world: World;
}

/** Prints records to standard output, or to `write` if it is given. */
function printerFor(
  format: ExportFormat,
  { settings, options, logger, world }: Context,
): { readonly print: ExportDeps['print']; readonly hasPrinted: () => boolean } {
  const { safeCsv, color } = settings;
  const csvLosses = new CsvLosses(logger);
  // The export has separated them already.
  const separate = <T>(record: T) => record;
  const common = { format, fields: undefined, single: false, safeCsv, csvLosses, separate };
  const toOutput = new RecordPrinter({
    ...common,
    stdout: world.stdout,
    // --json is for programs, even on a terminal.
    style: styleFor(world.stdout, world, options.json ? false : color),
  });
  return {
    hasPrinted: () => toOutput.began,
    print: async (records, write) => {
      if (write === undefined) return await toOutput.print(records);
      const stdout = { write, closed: false, isTTY: false, obeysCommands: false, columns: 80 };
      await new RecordPrinter({ ...common, stdout, style: styleFor(stdout, { env: {} }, false) }).print(
        records,
      );
    },
  };
}

async function finish(
  summary: ExportSummary,
  { settings, options, logger, world, printed }: Context & { readonly printed: boolean },
): Promise<number> {
  const { report, color, quiet } = settings;
  const toFile = options.output !== undefined;
  const isSilent = (quiet && summary.exitCode === exitCodes.ok) || summary.users.listed === 0;
  // Standard output may hold the records; then the result is a message.
  if (!toFile && !isSilent && !world.stdout.closed) logger.line(exportText(summary, logger.style).trimEnd());
  const text = (style: Logger['style']) =>
    toFile && !isSilent ? wrapFor(world.stdout, exportText(summary, style)) : '';
  const json = options.json && (toFile || (summary.error !== undefined && !printed));
  return await deliver({ summary, details: exportDetails(summary) }, { json, text, report, color }, world);
}
