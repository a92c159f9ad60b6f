import { Option } from 'commander';
import type { MisoCommand } from '../../../cli/miso-command.ts';
import { addSettingFlags, globalOptionsOf } from '../../../cli/options.ts';
import { addIdInput } from '../../id-input.ts';
import type { ReadOptions } from './run.ts';

type Own = Pick<ReadOptions, 'from' | 'fromFormat' | 'format' | 'fields'>;

/** Adds `miso users read`. */
export function addRead(users: MisoCommand): void {
  users
    .command('read [ids...]')
    .alias('get')
    .summary('print one or more users')
    .details((command) => {
      command.description(
        'Prints user records. Except for table, the output can be uploaded again.\n' +
          'Ids that are not found are listed on stderr, and the exit code is 1; the other users are still printed.',
      );
      addIdInput(command);
      command
        .optionsGroup('Output:')
        .addOption(
          new Option(
            '--format <format>',
            'json, ndjson, csv or table (default: json for one user on a terminal, else ndjson)',
          ).choices(['json', 'ndjson', 'csv', 'table']),
        )
        .option('--fields <a,b>', 'only these fields, such as name,custom_attributes.plan', (list) =>
          list.split(','),
        );
      addSettingFlags(command, 'users read');
      command.example(
        ['miso users read u-1', 'one user'],
        ['miso users ids | miso users read --format csv > users.csv', 'all users, as CSV'],
        ['miso users read --from churned.csv --fields user_id,name', 'the users listed in a file'],
      );
      command.runs(async (world, ids: string[], own: Own) => {
        const { read } = await import('./run.ts');
        return await read({ ...own, ...globalOptionsOf(command), ids }, world);
      });
    });
}
