import { exitCodeOf, exitCodes } from '../../errors.ts';
import { redactValues } from '../../redact.ts';
import { jsonLine } from '../../text.ts';
import type { World } from '../../world.ts';
import { withAdvice } from '../text/advice.ts';
import { errorText } from '../text/error-text.ts';
import { type Style, styleFor } from '../text/style.ts';
import { annotations, appendStepSummary, isGitHub } from './github.ts';
import type { CommandResult, CommandSummary } from './report-data.ts';
import { writeReport } from './report-file.ts';

/** Where the result of a command goes. */
export interface Delivery {
  /** Print the summary as JSON to stdout. */
  readonly json: boolean;
  /** Print this to stdout otherwise; it may be empty. */
  readonly text: (style: Style) => string;
  /** --report */
  readonly report: string | undefined;
  readonly color: boolean | undefined;
}

/**
 * Delivers the result of a command: to stdout, to the report file, and to GitHub. Never throws: an output that cannot be
 * written is an error on stderr, and the others are written nevertheless. Resolves with the exit code.
 */
export async function deliver(result: CommandResult, to: Delivery, world: World): Promise<number> {
  const { stdout, stderr, env, cwd, runId } = world;
  const { redact } = world.secrets;
  const { summary: told, details } = redactValues(result, redact);
  const { command, error, ...rest } = told;
  const advised = error === undefined ? {} : { error: withAdvice(error) };
  const summary: CommandSummary = { command, runId, ...rest, ...advised };
  let { exitCode } = summary;
  const attempt = async (write: () => Promise<void>) => {
    try {
      await write();
    } catch (problem) {
      if (exitCode === exitCodes.ok) exitCode = exitCodeOf(problem);
      await stderr.write(errorText(problem, styleFor(stderr, world, to.color))).catch(() => {});
    }
  };
  await attempt(() =>
    stdout.write(to.json ? jsonLine(summary) : redact(to.text(styleFor(stdout, world, to.color)))),
  );
  // An output that failed counts in the report too.
  const final = () => ({ summary: { ...summary, exitCode }, details });
  const { report } = to;
  if (report !== undefined) await attempt(() => writeReport(report, final(), cwd));
  if (isGitHub(env)) {
    await stderr.writeCommands(annotations(final(), world)).catch(() => {});
    const path = env['GITHUB_STEP_SUMMARY'];
    // A run does not fail because its step summary cannot be written.
    if (path) await appendStepSummary(final(), path).catch(() => {});
  }
  return exitCode;
}
