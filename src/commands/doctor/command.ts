import type { MisoCommand } from '../../cli/miso-command.ts';
import { addSettingFlags, globalOptionsOf } from '../../cli/options.ts';

/** Adds `miso doctor`. */
export function addDoctor(program: MisoCommand): void {
  const command = program
    .command('doctor')
    .summary('check settings, key, network and state folder')
    .description(
      'Checks what miso needs: settings and where they come from, the way to the server step by step with times, the ' +
        'key, the clock, the rate, and the state folder. It reads a user that does not exist, and changes nothing at Miso. ' +
        'The output contains no secrets and can be part of a bug report.',
    );
  addSettingFlags(command, 'doctor');
  command.example(
    ['miso doctor', 'check everything'],
    ['miso doctor --profile staging --json', 'as JSON, for another profile'],
  );
  command.runs(async (world) => {
    const { doctor } = await import('./run.ts');
    return await doctor(globalOptionsOf(command), world);
  });
}
