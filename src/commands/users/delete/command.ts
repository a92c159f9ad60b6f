import type { MisoCommand } from '../../../cli/miso-command.ts';
import { addSettingFlags, type GlobalOptions, globalOptionsOf } from '../../../cli/options.ts';
import { addIdInput } from '../../id-input.ts';
import { addDeleteFlags } from '../delete-flags.ts';
import type { DeleteOptions } from './options.ts';

type Own = Omit<DeleteOptions, keyof GlobalOptions | 'ids'>;

/** Adds `miso users delete`. */
export function addDelete(users: MisoCommand): void {
  users
    .command('delete [ids...]')
    .alias('d')
    .summary('delete one or more users')
    .details((command) => {
      command.description(
        'Deletes users. Asks for confirmation on a terminal; requires --yes in non-interactive mode.',
      );
      addIdInput(command);
      command.optionsGroup('Safety:');
      addDeleteFlags(command, 'proof of each deletion, as NDJSON; for .md, a certificate as well');
      command.option('--resume', 'continue an interrupted delete with the same --receipt and --backup');
      addSettingFlags(command, 'users delete');
      command.example(
        ['miso users delete u-1 --with-interactions --verify', 'one user, with interactions'],
        ['miso users delete --from churned.csv --backup churned.ndjson --yes', 'bulk delete with backup'],
        [
          'miso users delete --from churned.csv --verify --receipt deleted.md --yes',
          'with a certificate of deletion',
        ],
      );
      command.runs(async (world, ids: string[], own: Own) => {
        const { deleteUsers } = await import('./run.ts');
        return await deleteUsers({ ...own, ...globalOptionsOf(command), ids }, world);
      });
    });
}
