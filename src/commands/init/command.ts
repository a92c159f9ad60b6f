import type { MisoCommand } from '../../cli/miso-command.ts';
import { addSettingFlags, type GlobalOptions, globalOptionsOf } from '../../cli/options.ts';
import type { InitOptions } from './run.ts';

/** Adds `miso init`. */
export function addInit(program: MisoCommand): void {
  const command = program
    .command('init')
    .summary('write a settings file, .mirorc')
    .description(
      'Writes a commented .mirorc, readable by its owner only. On a terminal it asks for the server, the key and the\n' +
        'column of the user id; elsewhere it takes --server, --key or --api-key-file, and --id. The key is tried by one\n' +
        'call that only reads.',
    )
    .optionsGroup('File:')
    .option('--file <file>', 'the file to write (default: .mirorc)')
    .option('--force', 'replace the file if it is there')
    .option('--no-check', 'do not try the key');
  addSettingFlags(command, 'init');
  command.example(
    ['miso init', 'on a terminal: asks, tries the key, writes .mirorc'],
    ['miso init --api-key-file miso.key --id "Customer Id"', 'in a script'],
  );
  command.runs(async (world, own: Omit<InitOptions, keyof GlobalOptions>) => {
    const { init } = await import('./run.ts');
    return await init({ ...own, ...globalOptionsOf(command) }, world);
  });
}
