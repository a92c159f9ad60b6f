import { Option } from 'commander';
import type { MisoCommand } from '../../../cli/miso-command.ts';
import { addSettingFlags, globalOptionsOf } from '../../../cli/options.ts';
import { addIdInput } from '../../id-input.ts';
import type { DiffOptions } from './diff.ts';

type OwnDiff = Pick<DiffOptions, 'from' | 'fromFormat' | 'plus' | 'minus' | 'output' | 'out'>;

/** Adds `miso users ids`. */
export function addIds(users: MisoCommand): void {
  users
    .command('ids')
    .summary('list all user ids, one per line')
    .details((command) => {
      command.description(
        'Prints the id of every user, one per line; with --json, as one object.\n' +
          'An id that cannot be one line, such as an id with a line break, is printed as {"user_id":"…"}.',
      );
      command.example(['miso users ids | wc -l', 'count all users']);
      command.runs(async (world) => {
        const { ids } = await import('./run.ts');
        return await ids(globalOptionsOf(command), world);
      });
      addDiff(command);
    });
}

function addDiff(ids: MisoCommand): void {
  const command = ids
    .command('diff')
    .summary('compare a list of ids with the ids at Miso')
    .description(
      'Compares ids from stdin, or from a file, with all ids at Miso. Prints "+ ID" for an id that is only in the input, ' +
        'and "- ID" for an id that is only at Miso. With --plus or --minus, prints only these ids, without a sign.',
    );
  addIdInput(command);
  command
    .optionsGroup('Output:')
    .addOption(
      new Option('-p, --plus', 'print only the ids that are only in the input').conflicts([
        'minus',
        'output',
      ]),
    )
    .addOption(
      new Option('-m, --minus', 'print only the ids that are only at Miso').conflicts(['plus', 'output']),
    )
    .addOption(
      new Option('-o, --output <what>', "default, plus or minus, as in Miso's own CLI")
        .choices(['default', 'plus', 'minus'])
        .hideHelp(),
    )
    .addOption(new Option('--out <what>', 'the same').choices(['default', 'plus', 'minus']).hideHelp());
  addSettingFlags(command, 'users ids diff');
  command.example(
    ['miso users ids diff --from users.csv', 'compare the ids of a file with Miso'],
    ['miso users ids diff --from users.csv --minus', 'users at Miso that the file does not contain'],
    ['miso users ids diff --from users.csv -p > missing.txt', 'users of the file that Miso does not have'],
  );
  command.runs(async (world, own: OwnDiff) => {
    const { idsDiff } = await import('./diff.ts');
    return await idsDiff({ ...own, ...globalOptionsOf(command) }, world);
  });
}
