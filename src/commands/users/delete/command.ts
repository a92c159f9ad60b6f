import type { MisoCommand } from '../../../cli/miso-command.ts';
import * as options from '../../../cli/options.ts';
import type { DeleteOptions } from './run.ts';

type Own = Omit<DeleteOptions, keyof options.GlobalOptions | 'ids'>;

/** Adds `miso users delete`. */
export function addDelete(users: MisoCommand): void {
  const command = users
    .command('delete [ids...]')
    .alias('d')
    .summary('one or many users')
    .description('Deletes users. Asks first on a terminal, and needs --yes elsewhere.')
    .optionsGroup('Input:')
    .option(
      '--from <file>',
      'ids from a column of a CSV file, a field of JSON or NDJSON, or one a line; "-" is stdin',
    )
    .option('--id <column>', 'the column or field that holds the ids (default: user_id)')
    .optionsGroup('Safety:')
    .option('-y, --yes', 'do not ask')
    .option('--dry, --dry-run', 'say what would be deleted, and send nothing')
    .option('--max-deletes <n>', 'refuse when there are more ids')
    .option('--backup <file>', 'save each record before it goes; upload that file to restore')
    .option(
      '--with-interactions',
      'delete the users’ interactions too: the right to be forgotten covers both',
    )
    .option('--verify', 'read back that they are gone')
    .optionsGroup('Result:')
    .option('--receipt <file>', 'one NDJSON line for each id, with time, task and outcome')
    .option('--report <file>', options.reportText)
    .option('--rpr, --records-per-request <n>', 'most ids in one request (default: 1000)');
  options.addProgressOptions(command);
  command.example(
    ['miso users delete u-1 --with-interactions --verify', 'one user asks to be forgotten'],
    ['miso users delete --from churned.csv --backup churned.ndjson --yes', 'many, with a way back'],
  );
  command.runs(async (world, ids: string[], own: Own) => {
    const { deleteUsers } = await import('./run.ts');
    return await deleteUsers({ ...own, ...options.globalOptionsOf(command), ids }, world);
  });
}
