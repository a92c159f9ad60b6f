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
  /** What to print to stdout without `json`; may be empty. */
  readonly text: (style: Style) => string;
  /** --report */
  readonly report: string | undefined;
  readonly color: boolean | undefined;
}

/**
 * Delivers the result of a command to stdout, the report file, and GitHub. Never throws: an output that
 * cannot be written is reported on stderr, and the other outputs are still written. Resolves with the exit
 * code.
 */
export async function deliver(result: CommandResult, to: Delivery, world: World): Promise<number> {
  const { stdout, stderr, env, cwd, runId } = world;
  const { redact } = world.secrets;
  const { summary: redacted, details } = redactValues(result, redact);
  const { command, error, ...rest } = redacted;
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
  // The exit code in the report reflects a failed stdout.
  const final = () => ({ summary: { ...summary, exitCode }, details });
  const { report } = to;
  if (report !== undefined) await attempt(() => writeReport(report, final(), cwd));
  if (isGitHub(env)) {
    await stderr.writeCommands(annotations(final(), world)).catch(() => {});
    const path = env['GITHUB_STEP_SUMMARY'];
    // A step summary that cannot be written does not fail the run.
    if (path) await appendStepSummary(final(), path).catch(() => {});
  }
  return exitCode;
}
