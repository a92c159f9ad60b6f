import { type Command, Option } from 'commander';
import { flagNames, flagOf } from '../config/names.ts';
import { type SettingKey, settingKeys, settingTable } from '../config/settings.ts';
import type { Flags, FlagValue } from '../config/sources/flags.ts';
import { ignoredOptions } from '../config/sources/ignored.ts';
import type { CommandName } from '../config/table/commands.ts';
import type { Flag } from '../config/table/setting.ts';

/** The global options, and all options that are settings. */
export interface GlobalOptions {
  readonly flags: Flags;
  /** `--config` */
  readonly configPath?: string;
  readonly json: boolean;
  /** Ignored options of Miso's own CLI that were given. */
  readonly ignoredOptions?: readonly string[];
}

/** An option that sets a setting. */
class SettingOption extends Option {
  readonly setting: SettingKey;

  constructor(setting: SettingKey, flags: string, description?: string) {
    super(flags, description);
    this.setting = setting;
    if (settingTable[setting].rule.entries) this.argParser(collectValues);
  }
}

/** An option of Miso's own CLI that is accepted but has no effect. */
class IgnoredOption extends Option {}

/** The parser of a repeatable option: all its values. */
export function collectValues(value: string, earlier: readonly string[] = []): string[] {
  return [...earlier, value];
}

/** Adds the options that every command accepts. */
export function addGlobalOptions(program: Command): void {
  const global = settingKeys.filter((key) => settingTable[key].flag.global);
  for (const key of global) addSetting(program, key, settingTable[key].flag);
  program
    .optionsGroup('Settings:')
    .option('--config <file>', 'settings file to use instead of .mirorc')
    .optionsGroup('Output:')
    .option('--json', 'print the result as JSON');
  addIgnored(program, ['--debug']);
}

/** Adds the flags of the settings that a command has, except the global ones. */
export function addSettingFlags(command: Command, name: CommandName): void {
  for (const key of settingKeys) {
    const { flag } = settingTable[key];
    const variant = flag.alsoOn?.[name];
    if (!flag.global && (variant || flag.on.includes(name)))
      addSetting(command, key, { ...flag, ...variant });
  }
  if (withIgnored.has(name))
    addIgnored(
      command,
      ignoredOptions.flatMap(({ names }) => names),
    );
}

/** The commands that have these options in Miso's own CLI, and `validate`. */
const withIgnored: ReadonlySet<CommandName> = new Set(['users upload', 'users validate', 'users delete']);

function addIgnored(command: Command, accepted: readonly string[]): void {
  for (const { names, value } of ignoredOptions) {
    for (const name of names.filter((name) => accepted.includes(name)))
      command.addOption(new IgnoredOption(value ? `${name} <value>` : name).hideHelp());
  }
}

function addSetting(command: Command, key: SettingKey, flag: Flag): void {
  const value = flag.value === undefined ? '' : ` <${flag.value}>`;
  const names = flagNames(key);
  const main = new SettingOption(key, `${names.join(', ')}${value}`, helpText(key, flag));
  if (flag.choices) main.argChoices = [...flag.choices];
  command.addOption(main.helpGroup(`${flag.group}:`));
  for (const name of flag.hidden ?? [])
    command.addOption(new SettingOption(key, `${name}${value}`).hideHelp());
  const negation = negationOf(key, flag);
  if (negation === undefined) return;
  const option = new SettingOption(key, negation, flag.negation).helpGroup(`${flag.group}:`);
  command.addOption(option.hideHelp(flag.negation === undefined));
}

/** `--no-wait` overrides a settings file: for switches, and for flags whose table says so. */
function negationOf(key: SettingKey, { value, negation }: Flag): string | undefined {
  return value === undefined || negation !== undefined ? `--no-${flagOf(key).slice(2)}` : undefined;
}

function helpText(key: SettingKey, flag: Flag): string {
  const { default: initial, unset } = settingTable[key];
  if (flag.value === undefined || flag.help !== settingTable[key].flag.help) return flag.help;
  const text = typeof initial === 'object' ? undefined : (initial ?? unset);
  if (text === undefined || flag.help.includes('(default:')) return flag.help;
  return `${flag.help} (default: ${text === '|' ? '"|"' : text})`;
}

/**
 * Whether an option has an effect on a command. All commands accept global flags, but help lists only these.
 */
export function appliesTo(option: Option, command: Command): boolean {
  if (!(option instanceof SettingOption))
    return !groupsAbove(command).some(({ options }) => options.includes(option));
  const { on, alsoOn = {} } = settingTable[option.setting].flag;
  const path = commandPath(command);
  const variant = Object.hasOwn(alsoOn, path) ? alsoOn[path as CommandName] : undefined;
  return on.some((name) => name === path) || (variant !== undefined && !variant.unlisted);
}

/** The parents of a command, except the program itself. */
function groupsAbove({ parent }: Command): readonly Command[] {
  return parent?.parent ? [parent, ...groupsAbove(parent)] : [];
}

/** `users upload`; empty for the program itself. */
function commandPath(command: Command): string {
  const names: string[] = [];
  for (let at: Command = command; at.parent; at = at.parent) names.unshift(at.name());
  return names.join(' ');
}

/** The command that prints the values of an option for completion. */
export function completerOf(option: Option): string | undefined {
  return option instanceof SettingOption ? settingTable[option.setting].flag.completedBy : undefined;
}

/** The values of a command's global options and settings. */
export function globalOptionsOf(command: Command): GlobalOptions {
  const values: Record<string, FlagValue | undefined> = command.optsWithGlobals();
  const flags: { [K in SettingKey]?: FlagValue } = {};
  for (const option of settingOptionsOf(command)) {
    const value = values[option.attributeName()];
    if (value === undefined) continue;
    const { setting } = option;
    const earlier = flags[setting];
    // The values of all spellings of a repeatable flag are combined. For any other flag, the first in the
    // table wins.
    if (Array.isArray(earlier) && Array.isArray(value) && earlier !== value)
      flags[setting] = [...earlier, ...value];
    else flags[setting] ??= value;
  }
  const ignored = optionsOf(command)
    .filter((option) => option instanceof IgnoredOption && values[option.attributeName()] !== undefined)
    .map(({ flags }) => flags.replace(/ .*/, ''));
  const configPath = values['config'];
  return {
    flags,
    json: values['json'] === true,
    ignoredOptions: [...new Set(ignored)],
    ...(typeof configPath === 'string' ? { configPath } : {}),
  };
}

/**
 * The settings among the options of a command and its parents, except those overridden by an option of the
 * same name.
 */
function settingOptionsOf(command: Command): readonly SettingOption[] {
  const options = optionsOf(command);
  const isShadowed = (option: Option, n: number) =>
    options
      .slice(0, n)
      .some((other) => !(other instanceof SettingOption) && other.attributeName() === option.attributeName());
  return options.filter((option, n): option is SettingOption => {
    return option instanceof SettingOption && !isShadowed(option, n);
  });
}

/** The options of a command, and then of its parents. */
function optionsOf(command: Command): readonly Option[] {
  const options: Option[] = [];
  for (let at: Command | null = command; at; at = at.parent) options.push(...at.options);
  return options;
}
