import type { MisoCommand } from '../../../cli/miso-command.ts';
import { addSettingFlags, type GlobalOptions, globalOptionsOf } from '../../../cli/options.ts';
import { addClear } from './clear.ts';
import type { UpdateOptions } from './run.ts';

type Own = Partial<Omit<UpdateOptions, keyof GlobalOptions | 'files' | 'ownFlags'>>;

/** Adds `miso users update`. */
export function addUpdate(users: MisoCommand): void {
  users
    .command('update [files...]')
    .summary('change some fields of users and keep the others')
    .details((command) => {
      command.description(
        'Reads each user of the input, replaces the fields that the record gives, and uploads the user if it changed. ' +
          'Attributes are replaced one by one. An empty cell changes nothing; null in JSON removes a field.\n' +
          'A user that cannot be read is not changed. Waits until Miso has finished processing.',
      );
      addSettingFlags(command, 'users update');
      command.optionsGroup('Update:').option('--create', 'create users that do not exist');
      addClear(command);
      command
        .option(
          '--drop-unknown',
          'erase keys that Miso returns but would refuse, instead of rejecting the record',
        )
        .option('--resume', 'resume an interrupted update');
      command.example(
        ['miso users update city.csv', 'a file with user_id and city'],
        ['miso users update city.csv --dry-run', 'what would change'],
        ['miso users update ids.csv --clear custom_attributes.plan', 'remove an attribute of these users'],
      );
      command.runs(async (world, files: string[], own: Own) => {
        const { update } = await import('./run.ts');
        const { create = false, clear = [], dropUnknown = false, resume = false } = own;
        return await update(
          { ...globalOptionsOf(command), files, create, clear, dropUnknown, resume },
          world,
        );
      });
    });
}
