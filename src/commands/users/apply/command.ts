import type { MisoCommand } from '../../../cli/miso-command.ts';
import { addSettingFlags, type GlobalOptions, globalOptionsOf } from '../../../cli/options.ts';
import { addDeleteFlags } from '../delete-flags.ts';
import type { ApplyOptions } from './run.ts';

/** Adds `miso users apply`. */
export function addApply(users: MisoCommand): void {
  users
    .command('apply <plan>')
    .summary('carry out a plan that sync saved')
    .details((command) => {
      command.description(
        'Carries out a plan of `miso users sync --plan`, and does nothing else. Sends nothing if the files, the settings, ' +
          'the server, the key or the state have changed since.',
      );
      command.optionsGroup('Deletes:');
      addDeleteFlags(command);
      addSettingFlags(command, 'users apply');
      command.example(['miso users apply plan.ndjson --yes', 'after reading the plan']);
      command.runs(async (world, plan: string, own: Omit<ApplyOptions, keyof GlobalOptions | 'plan'>) => {
        const { apply } = await import('./run.ts');
        return await apply({ ...own, ...globalOptionsOf(command), plan }, world);
      });
    });
}
