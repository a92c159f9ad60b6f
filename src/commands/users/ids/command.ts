import type { MisoCommand } from '../../../cli/miso-command.ts';
import { globalOptionsOf } from '../../../cli/options.ts';

/** Adds `miso users ids`. */
export function addIds(users: MisoCommand): void {
  const command = users
    .command('ids')
    .summary('list all user ids, one per line')
    .description(
      'Prints the id of every user, one per line; with --json, as one object.\n' +
        'An id that would not be read back unchanged, such as one with a line break, is printed as {"user_id":"…"}.',
    );
  command.example(['miso users ids | wc -l', 'count all users']);
  command.runs(async (world) => {
    const { ids } = await import('./run.ts');
    return await ids(globalOptionsOf(command), world);
  });
}
