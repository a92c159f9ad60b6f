import { resolve } from 'node:path';
import type { Resolved } from '../config/resolve.ts';
import type { Settings } from '../config/settings.ts';
import { OutputError } from '../errors.ts';
import { type NamedFile, requireDistinct } from '../files/same-file.ts';
import { deliver } from '../report/formats/deliver.ts';
import { type Failed, failedSummary } from '../report/text/failed-summary.ts';
import { problemText } from '../report/text/problem-text.ts';
import { styleFor } from '../report/text/style.ts';
import { wrapped } from '../report/text/width.ts';
import type { World } from '../world.ts';
import type { Common } from './actions.ts';
import { settingsOf } from './settings.ts';

/** A command as it is run: its name in the summary, and whether it talks to nobody. */
export interface CommandOf {
  /** `users upload` */
  readonly command: string;
  readonly offline?: boolean;
  /**
   * What it reads and writes beside the report: none may be another. Asked once before the settings are known, and again
   * with them.
   */
  readonly files?: (settings: Settings | undefined) => Promise<readonly NamedFile[]>;
}

/** Commands whose summary goes into the report file; a setting for them is nothing to the others. */
const reporting: ReadonlySet<string> = new Set([
  'users upload',
  'users validate',
  'users read',
  'users delete',
]);

/**
 * Runs a command with its settings. Whatever is thrown, by the settings too, ends as the usual summary with an `error`: said
 * on stderr, printed under --json, written by --report. Resolves with the exit code.
 */
export async function runCommand(
  args: Common,
  world: World,
  { command, offline = false, files = async () => [] }: CommandOf,
  body: (resolved: Resolved) => Promise<number>,
): Promise<number> {
  const startedAt = world.clock.now();
  const wanted = wishesOf({ ...args, command }, world);
  // A report is written nowhere before it is known to be no other file of the command.
  let wishes: FailureWishes = wanted;
  const safely = async (next: FailureWishes, settings?: Settings) => {
    wishes = { ...next, report: undefined };
    const report = next.report === undefined ? [] : [fileOf('--report', next.report, world)];
    await requireDistinct([...(await files(settings)), ...report]);
    wishes = next;
  };
  try {
    await safely(wanted);
    const resolved = await settingsOf(args, world, { offline });
    const { report, color } = resolved.settings;
    await safely(
      { json: args.json, report: reporting.has(command) ? report : undefined, color },
      resolved.settings,
    );
    return await body(resolved);
  } catch (error) {
    return await tellFailure({ command, startedAt, endedAt: world.clock.now(), error }, wishes, world);
  }
}

/** A file as an option names it. */
export function fileOf(role: string, path: string, { cwd }: World): NamedFile {
  return { role, path: resolve(cwd, path) };
}

/** Where the summary of a failed command goes. */
export interface FailureWishes {
  readonly json: boolean;
  readonly report: string | undefined;
  readonly color: boolean | undefined;
}

/** Says why a command failed, and hands out its summary. Resolves with the exit code. */
export async function tellFailure(failed: Failed, wishes: FailureWishes, world: World): Promise<number> {
  const style = styleFor(world.stderr, world, wishes.color);
  const { stderr } = world;
  const text = wrapped(problemText(failed.error, style), stderr.isTTY ? stderr.columns : undefined);
  await stderr.write(text).catch(() => {});
  // A stdout that just failed would fail again, and say so twice.
  const json = wishes.json && !(failed.error instanceof OutputError);
  return deliver(failedSummary(failed), { ...wishes, json, text: () => '' }, world);
}

/** Before the settings are known, or when they cannot be read, the flags and the environment say where a report goes. */
export function wishesOf(
  { command, flags, json }: Pick<Common, 'flags' | 'json'> & { readonly command: string },
  { env }: World,
): FailureWishes {
  const set = reporting.has(command) ? env['MISO_REPORT'] || undefined : undefined;
  const report = typeof flags.report === 'string' && flags.report !== '' ? flags.report : set;
  const color = typeof flags.color === 'boolean' ? flags.color : undefined;
  return { json, report, color };
}
