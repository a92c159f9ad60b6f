import type { MisoCommand } from '../../../cli/miso-command.ts';
import { addSettingFlags, collectValues, globalOptionsOf } from '../../../cli/options.ts';
import type { CheckOptions } from './options.ts';

type Own = Pick<CheckOptions, 'sample' | 'all' | 'seed' | 'ignore' | 'combined'>;

/** Adds `miso users check`. */
export function addCheck(users: MisoCommand): void {
  users
    .command('check [files...]')
    .summary('compare files with the users at Miso')
    .details((command) => {
      command
        .description(
          'Compares all ids, and the records of a sample of users. Prints a line for each user that is not the same: * if ' +
            'fields differ, + if only the files have the user, - if only Miso has it, ! if it could not be read.\n' +
            'The exit code is 1 if there are any.',
        )
        .optionsGroup('Compare:')
        .option('--sample <n|n%>', 'how many users to compare field by field (default: 1000)')
        .option('--all', 'compare every user')
        .option('--seed <n>', 'repeat the sample of an earlier check')
        .option(
          '--ignore <field>',
          'a field that may differ, such as custom_attributes.score, or all custom_attributes; repeatable',
          collectValues,
        )
        .optionsGroup('Result:')
        .option('--combined <file>', 'write a line for every compared user, = for the same');
      addSettingFlags(command, 'users check');
      command.example(
        ['miso users check users.csv', 'did everything arrive?'],
        ['miso users check users.csv --all --ignore updated_at', 'every user, apart from one field'],
      );
      command.runs(async (world, files: string[], own: Own) => {
        const { check } = await import('./run.ts');
        return await check({ ...own, ...globalOptionsOf(command), files }, world);
      });
    });
}
