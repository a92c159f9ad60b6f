import { Argument } from 'commander';
import type { MisoCommand } from '../../cli/miso-command.ts';
import { globalOptionsOf } from '../../cli/options.ts';
import { settingKeys } from '../../config/settings.ts';

/** Adds `miso config` and its subcommands. */
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
  for (const add of [addGet, addPath, addProfiles, addTrust]) add(command);
}

function addGet(config: MisoCommand): void {
  const command = config
    .command('get')
    .addArgument(keyArgument())
    .summary('print one setting')
    .description(
      'Prints the value of one setting: text as is, anything else as JSON. Keys are masked. The exit code is 1 if it is not set.',
    );
  command.example(['miso config get server', 'print the API server']);
  command.runs(async (world, key: string) => {
    const { configGet } = await import('./run.ts');
    return await configGet(globalOptionsOf(command), key, world);
  });
}

/** For completion only: entries of maps, such as `columns.map.Plan`, are valid keys too. */
function keyArgument(): Argument {
  const argument = new Argument('<key>', 'setting');
  argument.argChoices = [...settingKeys];
  return argument;
}

function addPath(config: MisoCommand): void {
  const command = config
    .command('path')
    .summary('print the settings files in use')
    .description(
      'Prints the kind and the path of each settings file in use: dotenv, project, named or user.',
    );
  command.example(['miso config path', 'print the settings files in use']);
  command.runs(async (world) => {
    const { configPath } = await import('./files.ts');
    return await configPath(globalOptionsOf(command), world);
  });
}

function addProfiles(config: MisoCommand): void {
  const command = config
    .command('profiles')
    .summary('print the names of all profiles, one per line')
    .description('Prints the names of the profiles in the settings files, one per line.');
  command.example(['miso config profiles', 'list the profiles']);
  command.runs(async (world) => {
    const { configProfiles } = await import('./files.ts');
    return await configProfiles(globalOptionsOf(command), world);
  });
}

function addTrust(config: MisoCommand): void {
  const command = config
    .command('trust')
    .summary('trust the settings files of this project')
    .description(
      'Trusts the project settings file and the .env file that are in use here until their content changes.\n' +
        'An untrusted file cannot send your key to another server or write outside its folder.',
    );
  command.example(['miso config trust', 'after reading .mirorc and .env']);
  command.runs(async (world) => {
    const { configTrust } = await import('./files.ts');
    return await configTrust(globalOptionsOf(command), world);
  });
}
