import type { MisoCommand } from '../../../cli/miso-command.ts';
import * as options from '../../../cli/options.ts';
import type { Actions, Settle } from '../../actions.ts';

/** `miso users status` */
export function addStatus(users: MisoCommand, actions: Actions, settle: Settle): void {
  const command = users
    .command('status [task-ids...]')
    .summary('what became of uploads and deletes')
    .description(
      'Asks Miso what became of tasks. Without arguments the task ids are read from standard input, one a line.',
    );
  command.example(['miso users status 9a8b7c', 'one task']);
  command.action((taskIds: string[]) => settle(actions.status({ ...options.commonOf(command), taskIds })));
}
