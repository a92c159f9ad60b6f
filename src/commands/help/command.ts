import type { MisoCommand } from '../../cli/miso-command.ts';

/** Adds `miso help`. */
export function addHelp(program: MisoCommand): void {
  program.helpCommand(false);
  program
    .command('help [command...]')
    .summary('print help for a command or a topic')
    .description(
      'Prints help for a command, such as `miso help users upload`, or for a topic: environment, exit-codes, formats, licenses, or man (the manual page).',
    )
    .example(
      ['miso help users upload', 'all options of upload'],
      ['miso help exit-codes', 'what each exit code means'],
      ['miso help man > miso.1', 'the manual page, for man ./miso.1'],
    )
    .runs(async (world, words: string[]) => {
      const { help } = await import('./run.ts');
      return await help(words, program, world);
    });
}
