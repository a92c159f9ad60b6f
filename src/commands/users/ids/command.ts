import type { MisoCommand } from '../../../cli/miso-command.ts';
import { globalOptionsOf } from '../../../cli/options.ts';

/** Adds `miso users ids`. */
export function addIds(users: MisoCommand): void {
  const command = users
    .command('ids')
    .summary('every id in the data set, one a line')
    .description(
      'Prints the id of every user in the data set, one a line; with --json, as one object.\n' +
        'An id that would not be read back as it is, with a line break or a comma in it, is written as a JSON string.',
    );
  command.example(['miso users ids | wc -l', 'how many users there are']);
  command.runs(async (world) => {
    const { ids } = await import('./run.ts');
    return await ids(globalOptionsOf(command), world);
  });
}
