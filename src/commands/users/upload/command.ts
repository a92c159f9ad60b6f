import type { MisoCommand } from '../../../cli/miso-command.ts';
import { addSettingFlags, globalOptionsOf } from '../../../cli/options.ts';
import type { UploadOptions } from './run.ts';

/** Adds `miso users upload`. */
export function addUpload(users: MisoCommand): void {
  const command = users
    .command('upload [files...]')
    .alias('u')
    .summary('store user records from CSV, TSV, JSON or NDJSON')
    .description(
      'Stores user records, each replacing the record of the same user_id.\n' +
        'Reads CSV, TSV, JSON and NDJSON, compressed or not, from files, globs, or standard input (no file, or "-").',
    );
  addSettingFlags(command, 'users upload');
  command.optionsGroup('Upload:').option('--resume', 'resume an interrupted upload');
  command.example(
    ['miso users upload users.csv', 'a file with a column user_id'],
    ['miso users upload crm.csv --id "Customer Id" --map Plan=custom_attributes.plan', 'other column names'],
    ['zcat users.ndjson.gz | miso users upload --json', 'from a pipe, the summary as JSON'],
    ['miso users upload users.csv --resume', 'after an interruption'],
  );
  command.runs(async (world, files: string[], { resume = false }: Partial<UploadOptions>) => {
    const { upload } = await import('./run.ts');
    return await upload({ ...globalOptionsOf(command), files, resume }, world);
  });
}
