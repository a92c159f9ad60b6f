import type { MisoCommand } from '../../cli/miso-command.ts';
import { globalOptionsOf } from '../../cli/options.ts';

/** Adds `miso config`. */
export function addConfig(program: MisoCommand): void {
  const command = program
    .command('config')
    .summary('show all settings and where they come from')
    .description(
      'Prints every setting, its value, and the flag, variable or file that set it. Keys are masked.',
    );
  command.example(['miso config --profile staging', 'show what a profile changes']);
  command.runs(async (world) => {
    const { config } = await import('./run.ts');
    return await config(globalOptionsOf(command), world);
  });
}
