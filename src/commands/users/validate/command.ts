import type { MisoCommand } from '../../../cli/miso-command.ts';
import { addSettingFlags, globalOptionsOf } from '../../../cli/options.ts';

/** Adds `miso users validate`. */
export function addValidate(users: MisoCommand): void {
  users
    .command('validate [files...]')
    .summary('check records offline: no key, no network')
    .details((command) => {
      command.description(
        'Runs the checks that upload runs before it sends records. Requires no key and no network.',
      );
      addSettingFlags(command, 'users validate');
      command.example(
        ['miso users validate users.csv', 'which records would be rejected, and why'],
        ['miso users validate users.csv --json', 'the same for a script'],
      );
      command.runs(async (world, files: string[]) => {
        const { validate } = await import('./run.ts');
        return await validate({ ...globalOptionsOf(command), files }, world);
      });
    });
}
