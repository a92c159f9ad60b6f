import { untilAborted } from '../../../abort.ts';
import type { CallResult } from '../../../api/call.ts';
import { callError } from '../../../api/retry/call-error.ts';
import { isTaskId } from '../../../api/users.ts';
import type { GlobalOptions } from '../../../cli/options.ts';
import { exitCodes, InputError, UsageError } from '../../../errors.ts';
import { readIds } from '../../../ids/read-ids.ts';
import { createLogger } from '../../../report/progress/logger.ts';
import { statusText, type TaskStatus } from '../../../report/text/status-text.ts';
import { styleFor } from '../../../report/text/style.ts';
import { jsonLine, quoteText } from '../../../text.ts';
import type { World } from '../../../world.ts';
import type { IdOptions } from '../../id-input.ts';
import { idSource } from '../../id-source.ts';
import { runCommand } from '../../run-command.ts';
import { sessionFor } from '../../session.ts';

export type StatusOptions = GlobalOptions & IdOptions;

/** `miso users status` */
export function status(options: StatusOptions, world: World): Promise<number> {
  return runCommand(options, world, { command: 'users status' }, async (resolved) => {
    const { settings, warnings } = resolved;
    const logger = createLogger(world, settings);
    warnings.forEach(logger.warning);
    const { users } = await sessionFor(settings, world, logger.session);
    const style = styleFor(world.stdout, world, settings.color);
    const { stdin, cwd, stop } = world;
    const source = idSource(options, resolved, { stdin, cwd, ownColumn: 'task_id' });
    const tasks: TaskStatus[] = [];
    let count = 0;
    let allFinished = true;
    for await (const taskIds of untilAborted(readIds(source, logger.warning), stop.soft)) {
      refuseInvalid(taskIds, count, options);
      for (const taskId of taskIds) {
        const task = statusOf(taskId, await users.status(taskId, { stop }));
        count++;
        allFinished &&= task.status === 'finished';
        if (options.json) tasks.push(task);
        else await world.stdout.write(statusText(task, style));
      }
    }
    if (count === 0) throw new UsageError('No task ids specified.');
    const exitCode = allFinished ? exitCodes.ok : exitCodes.partial;
    if (options.json) await world.stdout.write(jsonLine({ tasks, exitCode }));
    return exitCode;
  });
}

/** A usage error means that nothing was sent, so only the first id can cause one. */
function refuseInvalid(taskIds: readonly string[], sent: number, { from }: StatusOptions): void {
  const invalid = taskIds.find((taskId) => !isTaskId(taskId));
  if (invalid === undefined) return;
  const message = `${quoteText(invalid)} is not a task id.`;
  throw sent === 0 ? new UsageError(message) : new InputError(message, { file: from ?? '<stdin>' });
}

function statusOf(task_id: string, result: CallResult): TaskStatus {
  switch (result.kind) {
    case 'success':
      return { task_id, status: 'finished', errors: [] };
    case 'partial':
    case 'refused':
      return { task_id, status: 'failed', errors: result.lines };
    case 'not-found':
      return { task_id, status: 'unknown', errors: [] };
    default:
      throw callError(result, `asking for task ${task_id}`);
  }
}
