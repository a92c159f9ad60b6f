import { columnName, fileKeys, isColumn } from '../names.ts';
import { type SettingKey, settingTable } from '../settings.ts';

const heading = `# yaml-language-server: $schema=node_modules/miso-users/mirorc.schema.json
# Settings of miso. Save this file as .mirorc in your project, and uncomment settings to enable them.
# Shown is the default, or an example if there is none. Flags and MISO_ variables take precedence.
`;

const profiles = `# Profiles: settings that apply with --profile NAME or MISO_PROFILE=NAME. They override those above.
#profiles:
#  staging:
#    server: "http://127.0.0.1:8080"
#    apiKeyFile: staging.key
`;

/**
 * A complete, commented settings file in YAML. The settings in `chosen` are enabled, the others are commented
 * out. A line that starts with "# " is an explanation; any other "#" directly precedes a setting.
 */
export function renderExample(chosen: Readonly<Partial<Record<SettingKey, unknown>>> = {}): string {
  const blockOf = (key: SettingKey) => settingBlock(key, chosen[key]);
  const columns = fileKeys().filter(isColumn);
  const columnsMark = columns.some((key) => chosen[key] !== undefined) ? '' : '#';
  const heads = new Map([
    [
      columns[0],
      `# How columns become fields of a user record. Uncomment "columns:" too.\n${columnsMark}columns:\n`,
    ],
  ]);
  const blocks = fileKeys().flatMap((key) => [heads.get(key) ?? [], blockOf(key)].flat());
  return [heading, ...blocks, profiles].join('\n');
}

function settingBlock(key: SettingKey, chosen: unknown): string {
  const { description, unset, default: initial, example } = settingTable[key];
  const explanation = `${description}.${unset === undefined ? '' : ` Default: ${unset}.`}`;
  const [indent, name] = isColumn(key) ? ['  ', columnName(key)] : ['', key];
  const mark = chosen === undefined ? '#' : '';
  return `# ${explanation}\n${mark}${indent}${name}: ${JSON.stringify(chosen ?? initial ?? example)}\n`;
}
