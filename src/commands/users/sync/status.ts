import type { GlobalOptions } from '../../../cli/options.ts';
import { exitCodes } from '../../../errors.ts';
import { createLogger } from '../../../report/progress/logger.ts';
import { styleFor } from '../../../report/text/style.ts';
import { syncStatusText } from '../../../report/text/sync/status.ts';
import { statusOfSets } from '../../../sync/status.ts';
import { jsonLine } from '../../../text.ts';
import type { World } from '../../../world.ts';
import { runCommand } from '../../run-command.ts';
import { syncsFolder } from '../changed-users.ts';

/** `miso users sync status` */
export function syncStatus(options: GlobalOptions, world: World): Promise<number> {
  const info = { command: 'users sync status', offline: true };
  return runCommand(options, world, info, async (resolved) => {
    const { settings, warnings } = resolved;
    const { stdout, clock } = world;
    const logger = createLogger(world, settings);
    warnings.forEach(logger.warning);
    const folder = syncsFolder(resolved);
    const sets = folder === undefined ? [] : await statusOfSets(folder);
    if (sets.length === 0 && !settings.quiet) logger.line('No set was synced on this machine.');
    const style = styleFor(stdout, world, settings.color);
    await stdout.write(options.json ? jsonLine({ sets }) : syncStatusText(sets, { style, now: clock.now() }));
    return exitCodes.ok;
  });
}
