import { Option } from 'commander';
import type { MisoCommand } from '../../../cli/miso-command.ts';
import { addSettingFlags, globalOptionsOf } from '../../../cli/options.ts';
import type { ReadOptions } from './run.ts';

type Own = Pick<ReadOptions, 'from' | 'format' | 'fields'>;

/** Adds `miso users read`. */
export function addRead(users: MisoCommand): void {
  const command = users
    .command('read [ids...]')
    .alias('get')
    .summary('one or many users, to stdout')
    .description(
      'Prints the records of users. What it prints goes back in through upload unchanged, in every format but table.\n' +
        'Ids that are not found are named on stderr; the others are still printed, and the exit code is 1.',
    )
    .optionsGroup('Input:')
    .option(
      '--from <file>',
      'ids from a column of a CSV file, a field of JSON or NDJSON, or one a line; "-" is stdin',
    )
    .optionsGroup('Output:')
    .addOption(
      new Option(
        '--format <format>',
        'json, ndjson, csv or table (default: json on a terminal for one user, else ndjson)',
      ).choices(['json', 'ndjson', 'csv', 'table']),
    )
    .option('--fields <a,b>', 'only these fields; custom_attributes.plan is one', (list) => list.split(','));
  addSettingFlags(command, 'users read');
  command.example(
    ['miso users read u-1', 'one user'],
    ['miso users ids | miso users read --format csv > users.csv', 'everybody, as a table'],
    ['miso users read --from churned.csv --fields user_id,name', 'those in a file'],
  );
  command.runs(async (world, ids: string[], own: Own) => {
    const { read } = await import('./run.ts');
    return await read({ ...own, ...globalOptionsOf(command), ids }, world);
  });
}
