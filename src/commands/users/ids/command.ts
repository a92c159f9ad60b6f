import type { MisoCommand } from '../../../cli/miso-command.ts';
import * as options from '../../../cli/options.ts';
import type { Actions, Settle } from '../../actions.ts';

/** `miso users ids` */
export function addIds(users: MisoCommand, actions: Actions, settle: Settle): void {
  const command = users
    .command('ids')
    .summary('every id in the data set, one a line')
    .description(
      'Prints the id of every user in the data set, one a line; with --json, as one object.\n' +
        'An id that would not be read back as it is, with a line break or a comma in it, is written as a JSON string.',
    );
  command.example(['miso users ids | wc -l', 'how many users there are']);
  command.action(() => settle(actions.ids(options.commonOf(command))));
}
