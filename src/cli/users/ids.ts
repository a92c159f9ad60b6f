import type { Command } from 'commander';
import type { Actions } from '../actions.ts';
import { examples } from '../examples.ts';
import * as options from '../options.ts';
import type { Settle } from '../program.ts';

/** `miso users ids` */
export function addIds(users: Command, actions: Actions, settle: Settle): void {
  const command = users
    .command('ids')
    .summary('every id in the data set, one a line')
    .description('Prints the id of every user in the data set, one a line; with --json, as one object.');
  examples(command, [['miso users ids | wc -l', 'how many users there are']]);
  command.action(() => settle(actions.ids(options.commonOf(command))));
}
