import type { MisoCommand } from '../../../cli/miso-command.ts';
import { addSettingFlags, type GlobalOptions, globalOptionsOf } from '../../../cli/options.ts';
import { addIdInput } from '../../id-input.ts';
import type { StatusOptions } from './run.ts';

/** Adds `miso users status`. */
export function addStatus(users: MisoCommand): void {
  users
    .command('status [task-ids...]')
    .summary('show the status of upload and delete tasks')
    .details((command) => {
      command.description(
        'Shows the status of tasks. Without arguments, reads task ids from standard input, one per line.',
      );
      addIdInput(command);
      addSettingFlags(command, 'users status');
      command.example(['miso users status 9a8b7c', 'show one task']);
      command.runs(async (world, ids: string[], own: Omit<StatusOptions, keyof GlobalOptions | 'ids'>) => {
        const { status } = await import('./run.ts');
        return await status({ ...own, ...globalOptionsOf(command), ids }, world);
      });
    });
}
