import { flagOf, variablesOf } from '../names.ts';
import { settingKeys, settingSpecs } from '../setting-specs.ts';
import type { SettingKey } from '../settings.ts';

/** The table of all settings in Markdown: key, default, what may stand there, variables, meaning. */
export function renderReference(): string {
  const head = ['| key | default | value | flag | variables | meaning |', '|---|---|---|---|---|---|'];
  return [...head, ...settingKeys.map(rowOf)].join('\n');
}

function rowOf(key: SettingKey): string {
  const spec = settingSpecs[key];
  const name = spec.alias === undefined ? code(key) : `${code(key)}, ${code(spec.alias)}`;
  const fallback =
    spec.default === undefined ? (spec.otherwise ?? 'not set') : code(JSON.stringify(spec.default));
  const variables = variablesOf(key).map(code).join(', ');
  const cells = [name, fallback, spec.rule.expected, code(flagOf(key)), variables, spec.description];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function code(text: string): string {
  return `\`${text}\``;
}
