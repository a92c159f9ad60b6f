import { resolve } from 'node:path';
import type { Invocation } from '../cli/invocation.ts';
import { startStopwatch } from '../clock.ts';
import { reporting } from '../config/table/commands.ts';
import { OutputError } from '../errors.ts';
import { type NamedFile, requireDistinct } from '../files/same-file.ts';
import { deliver } from '../report/formats/deliver.ts';
import { type Failed, failedResult } from '../report/formats/failure.ts';
import { errorText } from '../report/text/error-text.ts';
import { styleFor } from '../report/text/style.ts';
import { wrapFor } from '../report/text/width.ts';
import type { World } from '../world.ts';

/** Where the summary of a command goes. */
export interface SummaryTargets {
  readonly json: boolean;
  readonly report: string | undefined;
  readonly color: boolean | undefined;
}

/** A `report` setting applies only to the commands that write one. */
export function writesReport(command: string): boolean {
  return (reporting as readonly string[]).includes(command);
}

/** Where the summary goes according to flags and environment, because the settings may not be readable. */
export function targetsBeforeSettings(
  { command, flags, json }: Pick<Invocation, 'command' | 'flags' | 'json'>,
  { env }: World,
): SummaryTargets {
  const fromEnvironment = writesReport(command) ? env['MISO_REPORT'] || undefined : undefined;
  const report = typeof flags.report === 'string' && flags.report !== '' ? flags.report : fromEnvironment;
  const color = typeof flags.color === 'boolean' ? flags.color : undefined;
  return { json, report, color };
}

/** Prints why a command failed, and delivers its summary. Resolves with the exit code. */
export async function reportFailure(failed: Failed, targets: SummaryTargets, world: World): Promise<number> {
  const style = styleFor(world.stderr, world, targets.color);
  await world.stderr.write(wrapFor(world.stderr, errorText(failed.error, style))).catch(() => {});
  // If stdout has just failed, writing to it would fail again and print a second error.
  const json = targets.json && !(failed.error instanceof OutputError);
  return deliver(failedResult(failed), { ...targets, json, text: () => '' }, world);
}

/** Reports a command line that could not be parsed or that crashed. */
export async function reportFailedInvocation(
  invocation: Invocation,
  error: unknown,
  world: World,
): Promise<number> {
  const { report, ...targets } = targetsBeforeSettings(invocation, world);
  const isSafe = report !== undefined && (await isSeparate(report, invocation.words, world));
  return await reportFailure(
    { command: invocation.command, startedAt: startStopwatch(world.clock).startedAt, durationMs: 0, error },
    { ...targets, report: isSafe ? report : undefined },
    world,
  );
}

/** Whether a report would not overwrite a file that the command line names, as far as it can be read. */
async function isSeparate(report: string, words: readonly string[], world: World): Promise<boolean> {
  const reportFile = namedFile('--report', report, world);
  const checks = words.map((word) => requireDistinct([namedFile(word, word, world), reportFile]));
  return (await Promise.allSettled(checks)).every(({ status }) => status === 'fulfilled');
}

/** A file as an option names it. */
export function namedFile(role: string, path: string, { cwd }: World): NamedFile {
  return { role, path: resolve(cwd, path) };
}
