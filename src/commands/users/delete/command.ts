import type { MisoCommand } from '../../../cli/miso-command.ts';
import { addSettingFlags, type GlobalOptions, globalOptionsOf } from '../../../cli/options.ts';
import type { DeleteOptions } from './run.ts';

type Own = Omit<DeleteOptions, keyof GlobalOptions | 'ids'>;

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
    .optionsGroup('Safety:')
    .option('-y, --yes', 'do not ask')
    .option('--backup <file>', 'save each record before it goes; upload that file to restore')
    .option(
      '--with-interactions',
      'delete the users’ interactions too: the right to be forgotten covers both',
    )
    .option('--verify', 'read back that they are gone')
    .optionsGroup('Result:')
    .option('--receipt <file>', 'one NDJSON line for each id, with time, task and outcome');
  addSettingFlags(command, 'users delete');
  command.example(
    ['miso users delete u-1 --with-interactions --verify', 'one user asks to be forgotten'],
    ['miso users delete --from churned.csv --backup churned.ndjson --yes', 'many, with a way back'],
  );
  command.runs(async (world, ids: string[], own: Own) => {
    const { deleteUsers } = await import('./run.ts');
    return await deleteUsers({ ...own, ...globalOptionsOf(command), ids }, world);
  });
}
