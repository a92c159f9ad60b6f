import type { MisoCommand } from '../../../cli/miso-command.ts';
import { addSettingFlags, type GlobalOptions, globalOptionsOf } from '../../../cli/options.ts';
import { addDeleteFlags } from '../delete-flags.ts';
import type { SyncOptions } from './options.ts';

type Own = Omit<SyncOptions, keyof GlobalOptions | 'files'>;

/** Adds `miso users sync`. */
export function addSync(users: MisoCommand): void {
  users
    .command('sync [files...]')
    .summary('make Miso match files: send what is new or changed')
    .details((command) => {
      command.description(
        'Compares user records with what earlier syncs stored and with the ids at Miso, and sends only what is new or ' +
          'changed. Counts users who are gone from the files, and deletes them only with --delete.\n' +
          'Waits until Miso has finished processing. To continue an interrupted sync, run it again.',
      );
      command
        .optionsGroup('Sync:')
        .option('--name <set>', 'name of the set of users (default: the paths of the files)')
        .option(
          '--state <file>',
          'file for the state of the set, for CI (default: a file in the state folder)',
        )
        .option('--full', 'send all records, and accept other settings, fewer files or fewer columns')
        .option('--no-remote', 'do not compare with the ids at Miso')
        .option('--plan <file>', 'save what would be done to a file, for `miso users apply`; send nothing')
        .option(
          '--adopt',
          'compare users who were not uploaded by a sync, and adopt those who are the same; send nothing',
        )
        .option('--adopt-state', 'keep the state after the API key was replaced')
        .option('--resume', 'print whether an interrupted sync is continued')
        .optionsGroup('Deletes:')
        .option(
          '--delete',
          'delete users who are in the state and no longer in the files; requires --name or --state',
        );
      addDeleteFlags(command);
      addSettingFlags(command, 'users sync');
      command.example(
        ['miso users sync users.csv --name crm', 'every night: send what changed, count users who are gone'],
        ['miso users sync users.csv --name crm --delete --dry-run', 'preview'],
        ['miso users sync users.csv --name crm --delete --yes', 'also delete users who are gone'],
      );
      addStatus(command);
      command.runs(async (world, files: string[], own: Own) => {
        const { sync } = await import('./run.ts');
        return await sync({ ...own, ...globalOptionsOf(command), files }, world);
      });
    });
}

function addStatus(sync: MisoCommand): void {
  const command = sync
    .command('status')
    .summary('show the sets that were synced on this machine')
    .description(
      'Shows the sets that were synced on this machine: when, how many users, open tasks, and deletes that were stopped.',
    );
  addSettingFlags(command, 'users sync status');
  command.example(['miso users sync status', 'all sets']);
  command.runs(async (world) => {
    const { syncStatus } = await import('./status.ts');
    return await syncStatus(globalOptionsOf(command), world);
  });
}
