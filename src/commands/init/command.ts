import type { MisoCommand } from '../../cli/miso-command.ts';
import { addSettingFlags, type GlobalOptions, globalOptionsOf } from '../../cli/options.ts';
import type { InitOptions } from './run.ts';

/** Adds `miso init`. */
export function addInit(program: MisoCommand): void {
  const command = program
    .command('init')
    .summary('create a settings file, .mirorc')
    .description(
      'Writes a commented .mirorc that only its owner can read. On a terminal it asks for the server, the key and the ' +
        'column of the user id; otherwise it takes --server, --key or --api-key-file, and --id. It checks the key with ' +
        'one read request.',
    )
    .optionsGroup('File:')
    .option('--file <file>', 'file to write (default: .mirorc)')
    .option('--force', 'replace an existing file')
    .option('--no-check', 'do not check the key');
  addSettingFlags(command, 'init');
  command.example(
    ['miso init', 'on a terminal: ask, check the key, write .mirorc'],
    ['miso init --api-key-file miso.key --id "Customer Id"', 'in a script'],
  );
  command.runs(async (world, own: Omit<InitOptions, keyof GlobalOptions>) => {
    const { init } = await import('./run.ts');
    return await init({ ...own, ...globalOptionsOf(command) }, world);
  });
}
