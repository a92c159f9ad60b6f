import type { MisoCommand } from '../../../cli/miso-command.ts';
import * as options from '../../../cli/options.ts';
import type { Actions, Settle } from '../../actions.ts';

/** `miso users validate` */
export function addValidate(users: MisoCommand, actions: Actions, settle: Settle): void {
  const command = users
    .command('validate [files...]')
    .summary('the same checks as upload, offline: no key, no network')
    .description('Checks user records as upload does before it sends them. Needs no key and no network.');
  options.addInputOptions(command);
  options.addColumnOptions(command);
  options.addLimitOptions(command);
  options.addResultOptions(command);
  options.addProgressOptions(command);
  command.example(
    ['miso users validate users.csv', 'what would be rejected, and why'],
    ['miso users validate users.csv --json', 'the same for a script'],
  );
  command.action((files: string[]) => settle(actions.validate({ ...options.commonOf(command), files })));
}
