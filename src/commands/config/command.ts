import type { MisoCommand } from '../../cli/miso-command.ts';
import { addConnectionOptions, commonOf } from '../../cli/options.ts';
import type { Actions, Settle } from '../actions.ts';

/** `miso config` */
export function addConfig(program: MisoCommand, actions: Actions, settle: Settle): void {
  const command = program
    .command('config')
    .summary('every setting in force and where it came from')
    .description(
      'Prints every setting, its value, and the flag, variable or file that set it. Keys are masked.',
    );
  addConnectionOptions(command);
  command.example(['miso config --profile staging', 'what a profile changes']);
  command.action(() => settle(actions.config(commonOf(command))));
}
