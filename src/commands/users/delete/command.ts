import type { MisoCommand } from '../../../cli/miso-command.ts';
import { addSettingFlags, type GlobalOptions, globalOptionsOf } from '../../../cli/options.ts';
import type { DeleteOptions } from './run.ts';

type Own = Omit<DeleteOptions, keyof GlobalOptions | 'ids'>;

/** Adds `miso users delete`. */
export function addDelete(users: MisoCommand): void {
  const command = users
    .command('delete [ids...]')
    .alias('d')
    .summary('delete one or more users')
    .description(
      'Deletes users. Asks for confirmation on a terminal; requires --yes in non-interactive mode.',
    )
    .optionsGroup('Input:')
    .option(
      '--from <file>',
      'file with the ids: a CSV column, a JSON or NDJSON field, or one id per line; "-" is stdin',
    )
    .optionsGroup('Safety:')
    .option('--backup <file>', 'save each record before deleting it; upload this file to restore')
    .option(
      '--with-interactions',
      'also delete the users’ interactions, as the right to be forgotten requires',
    )
    .option('--verify', 'verify that the users were deleted')
    .optionsGroup('Result:')
    .option('--receipt <file>', 'write one NDJSON line per id with its time, task and outcome');
  addSettingFlags(command, 'users delete');
  command.example(
    ['miso users delete u-1 --with-interactions --verify', 'one user, with interactions'],
    ['miso users delete --from churned.csv --backup churned.ndjson --yes', 'bulk delete with backup'],
  );
  command.runs(async (world, ids: string[], own: Own) => {
    const { deleteUsers } = await import('./run.ts');
    return await deleteUsers({ ...own, ...globalOptionsOf(command), ids }, world);
  });
}
