import { linesOf } from '../api/reply.ts';
import type { StatusArguments } from '../cli/actions.ts';
import { exitCodes, UsageError } from '../errors.ts';
import { readIds } from '../ids/read-ids.ts';
import { failureOf } from '../read/run.ts';
import { escapeLines } from '../report/escape.ts';
import { createNotes } from '../report/note.ts';
import type { World } from '../world.ts';
import { connect } from './connect.ts';
import { settingsOf } from './settings.ts';

/** What Miso says of one task. */
interface TaskStatus {
  readonly task_id: string;
  /** `unknown`: Miso does not know it, or not yet. */
  readonly status: 'finished' | 'failed' | 'unknown';
  readonly errors: readonly string[];
}

/** `miso users status` */
export async function status(args: StatusArguments, world: World): Promise<number> {
  const { settings, warnings } = await settingsOf(args, world);
  const notes = createNotes(world, settings);
  warnings.forEach(notes.warning);
  const { users } = await connect(settings, world, notes.session);
  const source = {
    ids: args.taskIds,
    from: undefined,
    column: 'task_id',
    read: {},
    stdin: world.stdin,
    cwd: world.cwd,
  };
  const found: TaskStatus[] = [];
  for await (const taskIds of readIds(source, notes.warning)) {
    for (const taskId of taskIds) {
      const one = statusOf(taskId, await users.status(taskId, { stop: world.stop }));
      found.push(one);
      if (!args.json) await world.stdout.write(textOf(one));
    }
  }
  if (found.length === 0) throw new UsageError('No task ids were given.');
  if (args.json) await world.stdout.write(`${JSON.stringify(found)}\n`);
  return found.every((one) => one.status === 'finished') ? exitCodes.ok : exitCodes.partial;
}

function statusOf(task_id: string, outcome: Parameters<typeof failureOf>[0]): TaskStatus {
  switch (outcome.kind) {
    case 'success':
      return { task_id, status: 'finished', errors: [] };
    case 'partial':
    case 'refused':
      return { task_id, status: 'failed', errors: linesOf(outcome.lines) };
    case 'not-found':
      return { task_id, status: 'unknown', errors: [] };
    default:
      throw failureOf(outcome, `asking for task ${task_id}`);
  }
}

function textOf({ task_id, status: state, errors }: TaskStatus): string {
  const lines = [
    `${task_id} ${state === 'unknown' ? 'not known, or not yet' : state}`,
    ...errors.map((line) => `  ${line}`),
  ];
  return `${lines.map(escapeLines).join('\n')}\n`;
}
