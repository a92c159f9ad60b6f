import type { MisoCommand } from '../../../cli/miso-command.ts';
import { addSettingFlags, type GlobalOptions, globalOptionsOf } from '../../../cli/options.ts';
import type { ApplyOptions } from './run.ts';

/** Adds `miso users apply`. */
export function addApply(users: MisoCommand): void {
  users
    .command('apply <plan>')
    .summary('carry out a plan that sync saved')
    .details((command) => {
      command.description(
        'Does what a plan of `miso users sync --plan` says, and nothing else. Sends nothing if the files, the settings, the ' +
          'server, the key or the state are not those of the plan.',
      );
      command
        .optionsGroup('Deletes:')
        .option('--backup <file>', 'save each record before deleting it; upload this file to restore')
        .option('--receipt <file>', 'proof of each deletion, as NDJSON')
        .option('--with-interactions', 'also delete the users’ interactions')
        .option('--verify', 'verify that the users were deleted');
      addSettingFlags(command, 'users apply');
      command.example(['miso users apply plan.ndjson --yes', 'after reading the plan']);
      command.runs(async (world, plan: string, own: Omit<ApplyOptions, keyof GlobalOptions | 'plan'>) => {
        const { apply } = await import('./run.ts');
        return await apply({ ...own, ...globalOptionsOf(command), plan }, world);
      });
    });
}
