import { exitCodeOf, exitCodes } from '../../errors.ts';
import type { World } from '../../world.ts';
import { withAdvice } from '../text/advice.ts';
import { digest, type Summary } from '../text/digest.ts';
import { errorText } from '../text/error-text.ts';
import { type Style, styleFor } from '../text/style.ts';
import { annotations, appendStepSummary, isGitHub } from './github.ts';
import { writeReport } from './report-file.ts';

/** Where the summary of a command goes. */
export interface Delivery {
  /** The summary itself is the result, on stdout. */
  readonly json: boolean;
  /** The result for people, on stdout; empty for none. */
  readonly text: (style: Style) => string;
  /** --report */
  readonly report: string | undefined;
  readonly color: boolean | undefined;
}

/**
 * Hands out a summary at the end of a command: to stdout, to the report file, and to GitHub. Never throws: what cannot be
 * written is said on stderr, and the rest is written all the same. Resolves with the exit code.
 */
export async function deliver(told: Summary, to: Delivery, world: World): Promise<number> {
  const summary = told.error === undefined ? told : { ...told, error: withAdvice(told.error) };
  const { stdout, stderr, env, cwd } = world;
  let { exitCode } = summary;
  const attempt = async (write: () => Promise<void>) => {
    try {
      await write();
    } catch (error) {
      if (exitCode === exitCodes.ok) exitCode = exitCodeOf(error);
      await stderr.write(errorText(error, styleFor(stderr, world, to.color))).catch(() => {});
    }
  };
  await attempt(() =>
    stdout.write(to.json ? `${JSON.stringify(summary)}\n` : to.text(styleFor(stdout, world, to.color))),
  );
  const { report } = to;
  // What could not be printed counts in the report too.
  if (report !== undefined) await attempt(() => writeReport(report, { ...summary, exitCode }, cwd));
  if (isGitHub(env)) {
    await stderr.write(annotations(digest(summary), world)).catch(() => {});
    const path = env['GITHUB_STEP_SUMMARY'];
    // The step's summary is a courtesy: a run that went well does not fail for it.
    if (path) await appendStepSummary({ ...summary, exitCode }, path).catch(() => {});
  }
  return exitCode;
}
