import type { IdList } from '../../../api/http/id-list.ts';
import { listedIds } from '../../../api/users.ts';
import type { GlobalOptions } from '../../../cli/options.ts';
import { exitCodes } from '../../../errors.ts';
import { idLine, idObjectLine } from '../../../ids/id-line.ts';
import { withoutCommands } from '../../../report/formats/github.ts';
import { createLogger } from '../../../report/progress/logger.ts';
import { escapeControls, jsonLine } from '../../../text.ts';
import type { World } from '../../../world.ts';
import { runCommand } from '../../run-command.ts';
import { sessionFor } from '../../session.ts';

/** `miso users ids` */
export function ids(args: GlobalOptions, world: World): Promise<number> {
  return runCommand(args, world, { command: 'users ids' }, async ({ settings, warnings }) => {
    const logger = createLogger(world, settings);
    warnings.forEach(logger.warning);
    const { users } = await sessionFor(settings, world, logger.session);
    const outcome = await users.ids({ stop: world.stop });
    // Miso answers 404 until the first upload.
    if (outcome.kind === 'not-found' && !settings.quiet) logger.line('The data set does not exist yet.');
    const list = listedIds(outcome);
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
  const columns = column === undefined ? ['user_id'] : ['user_id', column];
  // An id that GitHub's runner would take for a command is written as an object, which `read` and `delete` understand.
  const plainLine = (id: string) =>
    stdout.obeysCommands && withoutCommands(id) !== id ? idObjectLine(id) : idLine(id, columns);
  const line = stdout.isTTY ? escapeControls : plainLine;
  for (const ids of list) {
    if (stdout.closed) return;
    await stdout.write(`${ids.map(line).join('\n')}\n`);
  }
}
