import type { MisoCommand } from '../../../cli/miso-command.ts';
import { addSettingFlags, globalOptionsOf } from '../../../cli/options.ts';
import type { UploadOptions } from './run.ts';

/** Adds `miso users upload`. */
export function addUpload(users: MisoCommand): void {
  users
    .command('upload [files...]')
    .alias('u')
    .summary('upload user records from CSV, TSV, JSON or NDJSON')
    .details((command) => {
      command.description(
        'Uploads user records. Each record replaces the entire user with the same user_id.\n' +
          'Reads CSV, TSV, JSON and NDJSON files and globs, compressed or not. Without a file, or with "-", it reads ' +
          'standard input.',
      );
      addSettingFlags(command, 'users upload');
      command.optionsGroup('Upload:').option('--resume', 'resume an interrupted upload');
      command.example(
        ['miso users upload users.csv', 'a file with a user_id column'],
        [
          'miso users upload crm.csv --id "Customer Id" --map Plan=custom_attributes.plan',
          'a file with other column names',
        ],
        ['gunzip -c users.ndjson.gz | miso users upload --json', 'from a pipe, with the summary as JSON'],
        ['miso users upload users.csv --resume', 'after an interruption'],
      );
      command.runs(async (world, files: string[], { resume = false }: Partial<UploadOptions>) => {
        const { upload } = await import('./run.ts');
        return await upload({ ...globalOptionsOf(command), files, resume }, world);
      });
    });
}
