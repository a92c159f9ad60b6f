import type { IdList } from '../../../api/http/id-list.ts';
import { listedIds } from '../../../api/users.ts';
import type { GlobalOptions } from '../../../cli/options.ts';
import { exitCodes } from '../../../errors.ts';
import { idLine } from '../../../ids/id-line.ts';
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
    // Miso answers 404 while nobody was ever uploaded: that is an empty list.
    if (outcome.kind === 'not-found' && !settings.quiet) logger.line('There is no data set yet.');
    const list = listedIds(outcome);
    if (args.json) await printJson(list, world);
    else await printLines(list, world);
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

async function printLines(list: IdList, { stdout }: World): Promise<void> {
  // An id that the runner would take for a command is written as JSON, which `read` and `delete` understand.
  const plainLine = (id: string) =>
    stdout.obeysCommands && withoutCommands(id) !== id ? JSON.stringify(id) : idLine(id);
  const line = stdout.isTTY ? escapeControls : plainLine;
  for (const ids of list) {
    if (stdout.closed) return;
    await stdout.write(`${ids.map(line).join('\n')}\n`);
  }
}
