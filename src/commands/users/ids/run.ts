import type { IdList } from '../../../api/http/id-list.ts';
import { listedIds } from '../../../api/users.ts';
import type { GlobalOptions } from '../../../cli/options.ts';
import { exitCodes } from '../../../errors.ts';
import { createLogger } from '../../../report/progress/logger.ts';
import { jsonLine } from '../../../text.ts';
import type { World } from '../../../world.ts';
import { runCommand } from '../../run-command.ts';
import { sessionFor } from '../../session.ts';
import { idTextFor } from './id-text.ts';

/** `miso users ids` */
export function ids(args: GlobalOptions, world: World): Promise<number> {
  return runCommand(args, world, { command: 'users ids' }, async ({ settings, warnings }) => {
    const logger = createLogger(world, settings);
    warnings.forEach(logger.warning);
    const { users } = await sessionFor(settings, world, logger.session);
    const result = await users.ids({ stop: world.stop });
    // Miso answers 404 until the first upload.
    if (result.kind === 'not-found' && !settings.quiet) logger.line('The data set does not exist yet.');
    const list = listedIds(result);
    if (args.json) await printJson(list, world);
    else await printLines(list, settings.columns.id, world);
    return exitCodes.ok;
  });
}

async function printJson(list: IdList, { stdout }: World): Promise<void> {
  let separator = '{"ids":[';
  for (const ids of list) {
    if (stdout.closed) return;
    await stdout.write(`${separator}${jsonLine(ids).slice(1, -2)}`);
    separator = ',';
  }
  await stdout.write(list.count === 0 ? '{"ids":[]}\n' : ']}\n');
}

async function printLines(list: IdList, column: string | undefined, { stdout }: World): Promise<void> {
  const text = idTextFor(stdout, column);
  for (const ids of list) {
    if (stdout.closed) return;
    await stdout.write(`${ids.map(text).join('\n')}\n`);
  }
}
