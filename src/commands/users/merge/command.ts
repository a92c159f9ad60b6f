import { Option } from 'commander';
import type { MisoCommand } from '../../../cli/miso-command.ts';
import { addSettingFlags, type GlobalOptions, globalOptionsOf } from '../../../cli/options.ts';
import { addClear } from '../update/clear.ts';
import type { MergeOptions } from './run.ts';

type Own = Partial<Omit<MergeOptions, keyof GlobalOptions | 'files' | 'ownFlags'>>;

/** Adds `miso users merge`. */
export function addMerge(users: MisoCommand): void {
  users
    .command('merge [files...]')
    .summary('print records merged with existing users')
    .details((command) => {
      command.description(
        'Merges records with the users at Miso as update does, and prints the result as NDJSON instead of uploading ' +
          'it. If a user does not exist, the record itself is printed.\n' +
          'If a user cannot be read, nothing is printed for it, and the exit code is 1.',
      );
      addSettingFlags(command, 'users merge');
      command
        .optionsGroup('Merge:')
        .option('-b, --base <file>', 'use the users in this file instead of reading them')
        .option('--no-fetch', 'do not read users; needs no key and no network');
      addClear(command);
      command.addOption(new Option('-f, --file <file>', 'a JavaScript function').hideHelp());
      command.example(
        [
          'miso users merge < city.ndjson > users.ndjson',
          'whole records, to check or change before an upload',
        ],
        ['miso users merge city.csv --base users.ndjson --no-fetch', 'without Miso'],
      );
      command.runs(async (world, files: string[], own: Own) => {
        const { merge } = await import('./run.ts');
        const { base, fetch = true, clear = [], file } = own;
        const options = { ...globalOptionsOf(command), files, fetch, clear };
        return await merge(
          { ...options, ...(base === undefined ? {} : { base }), ...(file === undefined ? {} : { file }) },
          world,
        );
      });
    });
}
