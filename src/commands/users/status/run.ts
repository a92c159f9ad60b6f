import type { Outcome } from '../../../api/call.ts';
import { outcomeError } from '../../../api/retry/outcome-error.ts';
import { isTaskId } from '../../../api/users.ts';
import type { GlobalOptions } from '../../../cli/options.ts';
import { exitCodes, UsageError } from '../../../errors.ts';
import { readIds } from '../../../ids/read-ids.ts';
import { untilStopped } from '../../../ids/until-stopped.ts';
import { createLogger } from '../../../report/progress/logger.ts';
import { statusText, type TaskStatus } from '../../../report/text/status-text.ts';
import { styleFor } from '../../../report/text/style.ts';
import { jsonLine, quoteText } from '../../../text.ts';
import type { World } from '../../../world.ts';
import { runCommand } from '../../run-command.ts';
import { sessionFor } from '../../session.ts';

export interface StatusOptions extends GlobalOptions {
  readonly taskIds: readonly string[];
}

/** `miso users status` */
export function status(args: StatusOptions, world: World): Promise<number> {
  return runCommand(args, world, { command: 'users status' }, async ({ settings, warnings }) => {
    const logger = createLogger(world, settings);
    warnings.forEach(logger.warning);
    const { users } = await sessionFor(settings, world, logger.session);
    const style = styleFor(world.stdout, world, settings.color);
    const source = {
      ids: args.taskIds,
      from: undefined,
      column: undefined,
      defaultColumn: 'task_id',
      read: {},
    };
    const taskIds: string[] = [];
    for await (const some of untilStopped(
      readIds({ ...source, stdin: world.stdin, cwd: world.cwd }, logger.warning),
      world.stop.soft,
    )) {
      taskIds.push(...some);
    }
    if (taskIds.length === 0) throw new UsageError('No task ids were given.');
    const odd = taskIds.find((taskId) => !isTaskId(taskId));
    if (odd !== undefined) throw new UsageError(`${quoteText(odd)} is not a task id.`);
    const tasks: TaskStatus[] = [];
    for (const taskId of taskIds) {
      const one = statusOf(taskId, await users.status(taskId, { stop: world.stop }));
      tasks.push(one);
      if (!args.json) await world.stdout.write(statusText(one, style));
    }
    const exitCode = tasks.every(({ status: state }) => state === 'finished')
      ? exitCodes.ok
      : exitCodes.partial;
    if (args.json) await world.stdout.write(jsonLine({ tasks, exitCode }));
    return exitCode;
  });
}

function statusOf(task_id: string, outcome: Outcome): TaskStatus {
  switch (outcome.kind) {
    case 'success':
      return { task_id, status: 'finished', errors: [] };
    case 'partial':
    case 'refused':
      return { task_id, status: 'failed', errors: outcome.lines };
    case 'not-found':
      return { task_id, status: 'unknown', errors: [] };
    default:
      throw outcomeError(outcome, `asking for task ${task_id}`);
  }
}
