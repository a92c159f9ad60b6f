import type { MisoCommand } from '../../../cli/miso-command.ts';
import { globalOptionsOf } from '../../../cli/options.ts';

/** Adds `miso users status`. */
export function addStatus(users: MisoCommand): void {
  const command = users
    .command('status [task-ids...]')
    .summary('show the status of upload and delete tasks')
    .description(
      'Shows the status of tasks. Without arguments, reads task ids from standard input, one per line.',
    );
  command.example(['miso users status 9a8b7c', 'show one task']);
  command.runs(async (world, taskIds: string[]) => {
    const { status } = await import('./run.ts');
    return await status({ ...globalOptionsOf(command), taskIds }, world);
  });
}
