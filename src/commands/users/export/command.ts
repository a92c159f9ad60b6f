import { Option } from 'commander';
import type { MisoCommand } from '../../../cli/miso-command.ts';
import { addSettingFlags, globalOptionsOf } from '../../../cli/options.ts';
import type { ExportOptions } from './target.ts';

type Own = Pick<ExportOptions, 'output' | 'format' | 'resume'>;

/** Adds `miso users export`. */
export function addExport(users: MisoCommand): void {
  users
    .command('export')
    .summary('write all users to a file or to stdout')
    .details((command) => {
      command
        .description(
          'Reads every user. The output can be uploaded again unchanged. A file appears when it is complete. To continue an ' +
            'interrupted export to a file, use --resume.',
        )
        .optionsGroup('Output:')
        .option(
          '-o, --output <file>',
          'file to write, compressed if its name ends with .gz or, on Node 22.15 or later, .zst (default: stdout)',
        )
        .addOption(
          new Option(
            '--format <format>',
            'ndjson, json or csv (default: by the name of the file, else ndjson)',
          ).choices(['ndjson', 'json', 'csv']),
        )
        .option('--resume', 'continue an interrupted export to the same --output');
      addSettingFlags(command, 'users export');
      command.example(
        ['miso users export --output users.ndjson.gz', 'all users, compressed'],
        ['miso users export --profile production | miso users upload --profile staging', 'copy to staging'],
        ['miso users export --output users.csv --resume', 'continue after an interruption'],
      );
      command.runs(async (world, own: Own) => {
        const { exportUsers } = await import('./run.ts');
        return await exportUsers({ ...own, ...globalOptionsOf(command) }, world);
      });
    });
}
