import { requireDistinct } from '../files/same-file.ts';
import type { World } from '../world.ts';
import type { RefuseArguments } from './actions.ts';
import { fileOf, tellFailure, wishesOf } from './command.ts';

/** Ends a command line that came to no command, or broke on the way: with the usual summary and a report. */
export async function refuse(
  { command, error, words, ...args }: RefuseArguments,
  world: World,
): Promise<number> {
  const now = world.clock.now();
  const { report, ...wishes } = wishesOf({ ...args, command }, world);
  const isSafe = report !== undefined && (await isApart(report, words, world));
  return await tellFailure(
    { command, startedAt: now, endedAt: now, error },
    { ...wishes, report: isSafe ? report : undefined },
    world,
  );
}

/** Whether a report is no other file that the command line names, as far as that can be read. */
async function isApart(report: string, words: readonly string[], world: World): Promise<boolean> {
  const ours = fileOf('--report', report, world);
  const checks = words.map((word) => requireDistinct([fileOf(word, word, world), ours]));
  return (await Promise.allSettled(checks)).every(({ status }) => status === 'fulfilled');
}
