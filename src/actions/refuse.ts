import type { RefuseArguments } from '../cli/actions.ts';
import type { World } from '../world.ts';
import { tellFailure, wishesOf } from './command.ts';

/** Ends a command line that came to no command, or broke on the way: with the usual summary and a report. */
export function refuse({ command, error, ...args }: RefuseArguments, world: World): Promise<number> {
  const now = world.clock.now();
  return tellFailure(
    { command, startedAt: now, endedAt: now, error },
    wishesOf({ ...args, command }, world),
    world,
  );
}
