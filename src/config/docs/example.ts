import { settingKeys, settingSpecs } from '../setting-specs.ts';
import type { SettingKey } from '../settings.ts';

const heading = `# Settings of miso. Save this file as .mirorc in your project, and take away the "#" directly before a setting
# to make it count. Shown is the default, or an example where there is none. Flags and MISO_ variables outrank it.
`;

const profiles = `# Settings that count only under --profile NAME or MISO_PROFILE=NAME, above those at the top of this file.
#profiles:
#  staging:
#    server: "http://127.0.0.1:8080"
#    apiKeyFile: staging.key
`;

/**
 * A complete, commented settings file in YAML. The settings in `chosen` count in it, the others are commented out:
 * a line that begins with "#" and one space explains, every other "#" stands directly before a setting.
 */
export function renderExample(chosen: Readonly<Partial<Record<SettingKey, unknown>>> = {}): string {
  const blocks: string[] = [heading];
  const columnChosen = settingKeys.some((key) => isColumn(key) && chosen[key] !== undefined);
  for (const key of settingKeys) {
    const spec = settingSpecs[key];
    if (isColumn(key) && !blocks.some((block) => block.includes('columns:\n'))) {
      blocks.push(
        `# How the columns of a table become the fields of a user record. To set one of these, take away the "#" before columns: too.\n${columnChosen ? '' : '#'}columns:\n`,
      );
    }
    const explanation = `${spec.description}.${spec.otherwise ? ` When not set: ${spec.otherwise}.` : ''}`;
    const value = chosen[key] ?? spec.default ?? spec.example;
    const indent = isColumn(key) ? '  ' : '';
    const name = key.replace('columns.', '');
    const mark = chosen[key] === undefined ? '#' : '';
    blocks.push(`# ${explanation}\n${mark}${indent}${name}: ${JSON.stringify(value)}\n`);
  }
  return [...blocks, profiles].join('\n');
}

function isColumn(key: SettingKey): boolean {
  return key.startsWith('columns.');
}
