import { untilAborted } from '../../abort.ts';
import type { GlobalOptions } from '../../cli/options.ts';
import { startStopwatch } from '../../clock.ts';
import { missingKeyHint } from '../../config/require-key.ts';
import type { Resolved } from '../../config/resolve.ts';
import { exitCodeOf, exitCodes, MisoError, StoppedError, summaryOfError } from '../../errors.ts';
import { redactValues } from '../../redact.ts';
import { styleFor } from '../../report/text/style.ts';
import { widthFor } from '../../report/text/width.ts';
import { jsonLine } from '../../text.ts';
import type { World } from '../../world.ts';
import { loadSettings } from '../load-settings.ts';
import { reportFailure, targetsBeforeSettings } from '../report-failure.ts';
import { checkText } from './check-text.ts';
import {
  connectionChecks,
  type Finding,
  serverChecks,
  settingsCheck,
  stateCheck,
  versionCheck,
} from './checks.ts';

const command = 'doctor';

const missingKey: Finding = {
  name: 'key',
  status: 'failed',
  detail: 'not set',
  hint: missingKeyHint,
  exitCode: exitCodes.usage,
};

/** `miso doctor` */
export async function doctor(options: GlobalOptions, world: World): Promise<number> {
  const { startedAt, elapsedMs } = startStopwatch(world.clock);
  const targets = targetsBeforeSettings({ ...options, command }, world);
  const style = styleFor(world.stdout, world, targets.color);
  const width = widthFor(world.stdout);
  const checks: Omit<Finding, 'exitCode'>[] = [];
  let exitCode: number = exitCodes.ok;
  try {
    for await (const { exitCode: code, ...found } of untilAborted(
      findings(options, world),
      world.stop.soft,
    )) {
      const check = redactValues(found, world.secrets.redact);
      checks.push(check);
      if (exitCode === exitCodes.ok && code !== undefined) exitCode = code;
      if (!options.json) await world.stdout.write(checkText(check, { style, width }));
    }
  } catch (error) {
    return await reportFailure({ command, startedAt, durationMs: elapsedMs(), error }, targets, world);
  }
  const { runId } = world;
  if (options.json) {
    const summary = { command, runId, startedAt, durationMs: elapsedMs(), checks, exitCode };
    await world.stdout.write(jsonLine(summary));
  }
  return exitCode;
}

/** All checks. Each one may explain why a later one failed. */
async function* findings(options: GlobalOptions, world: World): AsyncGenerator<Finding> {
  yield versionCheck(world);
  let resolved: Resolved;
  try {
    resolved = await loadSettings(options, world);
  } catch (error) {
    return yield failed('settings', error);
  }
  yield settingsCheck(resolved);
  yield* untilFailure('connection', connectionChecks(resolved, world), async function* () {
    if (resolved.settings.apiKey === undefined) yield missingKey;
    else yield* serverChecks(resolved, world);
  });
  yield await stateCheck(resolved, world);
}

/**
 * Yields the findings of `first`, then those of `next` unless one failed. An error in the settings is a
 * finding, too.
 */
async function* untilFailure(
  name: string,
  first: AsyncIterable<Finding>,
  next: () => AsyncIterable<Finding>,
): AsyncGenerator<Finding> {
  try {
    let hasFailed = false;
    for await (const finding of first) {
      hasFailed ||= finding.status === 'failed';
      yield finding;
    }
    if (!hasFailed) yield* next();
  } catch (error) {
    yield failed(name, error);
  }
}

function failed(name: string, error: unknown): Finding {
  if (!(error instanceof MisoError) || error instanceof StoppedError) throw error;
  const { message, hint } = summaryOfError(error);
  return { name, status: 'failed', detail: message, hint, exitCode: exitCodeOf(error) };
}
