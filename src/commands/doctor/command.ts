import type { MisoCommand } from '../../cli/miso-command.ts';
import { addSettingFlags, globalOptionsOf } from '../../cli/options.ts';

/** Adds `miso doctor`. */
export function addDoctor(program: MisoCommand): void {
  const command = program
    .command('doctor')
    .summary('check settings, key, network and state folder')
    .description(
      'Checks the settings and where they come from, each step of the connection to the server, the API key, the clock, ' +
        'the request rate, and the state folder. It only reads a user that does not exist, so it changes nothing at Miso. ' +
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
