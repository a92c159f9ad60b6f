import type { MisoCommand } from '../../../cli/miso-command.ts';
import { globalOptionsOf } from '../../../cli/options.ts';

/** Adds `miso users status`. */
export function addStatus(users: MisoCommand): void {
  const command = users
    .command('status [task-ids...]')
    .summary('what became of uploads and deletes')
    .description(
      'Asks Miso what became of tasks. Without arguments the task ids are read from standard input, one a line.',
    );
  command.example(['miso users status 9a8b7c', 'one task']);
  command.runs(async (world, taskIds: string[]) => {
    const { status } = await import('./run.ts');
    return await status({ ...globalOptionsOf(command), taskIds }, world);
  });
}
