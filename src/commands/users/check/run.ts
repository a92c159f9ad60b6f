import type { RequestCounts } from '../../../api/call.ts';
import { runCheck } from '../../../check/run.ts';
import { CheckStats } from '../../../check/stats.ts';
import type { CheckSummary } from '../../../check/summary.ts';
import type { Verdicts } from '../../../check/verdicts.ts';
import { type Clock, startStopwatch } from '../../../clock.ts';
import { exitCodeOf, exitCodes, InputError, summaryOfError } from '../../../errors.ts';
import { createRecordMapper } from '../../../records/record-mapper.ts';
import { deliver } from '../../../report/formats/deliver.ts';
import { chooseProgress } from '../../../report/progress/choose-progress.ts';
import { createLogger } from '../../../report/progress/logger.ts';
import { type ProgressView, progressLine } from '../../../report/progress/progress-text.ts';
import { errorText } from '../../../report/text/error-text.ts';
import { checkDetails, checkText } from '../../../report/text/users/check-text.ts';
import { wrapFor } from '../../../report/text/width.ts';
import { pluralize } from '../../../text.ts';
import { detectInputs, type Inputs } from '../../../upload/reading/inputs.ts';
import { RecordReader } from '../../../upload/reading/record-reader.ts';
import type { World } from '../../../world.ts';
import { namedFile } from '../../report-failure.ts';
import { runCommand } from '../../run-command.ts';
import { sessionFor } from '../../session.ts';
import { createInputResolver, filesOf, uploadSettings } from '../upload/setup.ts';
import { printLines, writeCombined } from './lines.ts';
import { type CheckOptions, checkSettings, isEveryUser } from './options.ts';

/** `miso users check` */
export function check(options: CheckOptions, world: World): Promise<number> {
  const stopwatch = startStopwatch(world.clock);
  const { clock, stop, stdin } = world;
  const combined = options.combined === '-' ? undefined : options.combined;
  const resolveInputs = createInputResolver(options, world);
  const inputFiles = filesOf(options, resolveInputs, world);
  const files = async () => [
    ...(await inputFiles(undefined)),
    ...(combined === undefined ? [] : [namedFile('--combined', combined, world)]),
  ];
  return runCommand(options, world, { command: 'users check', files }, async (resolved) => {
    const { settings, warnings } = resolved;
    const own = checkSettings(options, clock.random);
    const logger = createLogger(world, settings);
    warnings.forEach(logger.warning);
    const progress = chooseProgress(world, settings, logger.style);
    const session = await sessionFor(settings, world, { ...logger.session, onPause: progress.pause });
    const mapper = createRecordMapper(settings.columns, { hashKey: resolved.hashKey?.reveal() });
    const { read, dryRun } = uploadSettings(resolved, 'users check');
    const { warning: warn } = logger;
    const stats = new CheckStats();
    let verdicts: Verdicts | undefined;
    let error: unknown;
    const inputs = await detectInputs({ read, dryRun }, { resolveInputs, stdin, stop, mapper, warn });
    const reader = new RecordReader({
      ...{ inputs, mapper, done: undefined },
      onChange: (path) => {
        throw new InputError(`${path} changed while it was read.`, { file: path });
      },
    });
    stop.soft.addEventListener('abort', () => reader.stop(), { once: true });
    try {
      const view = new CheckView({ stats, inputs, requests: session.counts, clock });
      progress.start((now, pause) => progressLine(view.at(now), now, pause));
      verdicts = await runCheck(own, {
        ...{ users: session.users, stop, stats },
        concurrency: () => session.pacer.limit,
        chunks: () => reader.chunks(),
        onSample: (size) => view.startSample(size),
      });
      stats.addVerdicts(verdicts);
      if (combined !== undefined) await writeCombined(combined, verdicts, world);
    } catch (thrown) {
      error = thrown;
    } finally {
      await inputs.close();
    }
    await progress.stop();
    const successCode = stats.isSame ? exitCodes.ok : exitCodes.partial;
    const summary: CheckSummary = {
      command: 'users check',
      server: settings.server,
      startedAt: stopwatch.startedAt,
      durationMs: stopwatch.elapsedMs(),
      ...stats.summary,
      seed: isEveryUser(own) ? null : own.seed,
      requests: session.counts,
      combined: error === undefined ? (options.combined ?? null) : null,
      ...(error === undefined ? {} : { error: summaryOfError(error) }),
      exitCode: error === undefined ? successCode : exitCodeOf(error),
    };
    if (error !== undefined || verdicts === undefined) {
      await world.stderr.write(wrapFor(world.stderr, errorText(error, logger.style))).catch(() => {});
    } else {
      if (!options.json) await printLines(verdicts, { all: options.combined === '-', world });
      if (!settings.quiet || summary.exitCode !== exitCodes.ok)
        logger.line(checkText(summary, logger.style).trimEnd());
    }
    const { report, color } = settings;
    return await deliver(
      { summary, details: checkDetails(summary) },
      { json: options.json, text: () => '', report, color },
      world,
    );
  });
}

interface CheckParts {
  readonly stats: CheckStats;
  readonly inputs: Inputs;
  readonly requests: RequestCounts;
  readonly clock: Clock;
}

/** The progress of a check: first of reading the files, then of reading the users of the sample. */
class CheckView {
  readonly #parts: CheckParts;
  #startedAt: number;
  #sample: number | undefined;

  constructor(parts: CheckParts) {
    this.#parts = parts;
    this.#startedAt = parts.clock.monotonic();
  }

  startSample(size: number): void {
    this.#sample = size;
    this.#startedAt = this.#parts.clock.monotonic();
  }

  at(now: number): ProgressView {
    const { stats, inputs, requests } = this.#parts;
    const common = { elapsed: now - this.#startedAt, retried: requests.retried };
    const compared = `${pluralize(stats.done, 'user')} compared`;
    if (this.#sample !== undefined)
      return {
        ...common,
        share: stats.done / Math.max(1, this.#sample),
        fresh: stats.done,
        parts: [compared],
      };
    const share = inputs.size ? Math.min(1, inputs.progress.bytes / inputs.size) : undefined;
    const parts = [
      share === undefined ? '' : `${Math.floor(share * 100)}% read`,
      pluralize(stats.read, 'record'),
      stats.done > 0 ? compared : '',
    ];
    return { ...common, share, fresh: stats.read, parts };
  }
}
