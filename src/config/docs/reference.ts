import { flagOf, variablesOf } from '../names.ts';
import { type SettingKey, settingKeys, settingTable } from '../settings.ts';

/** The table of all settings in Markdown. */
export function renderReference(): string {
  const head = ['| key | default | value | flag | variables | meaning |', '|---|---|---|---|---|---|'];
  return [...head, ...settingKeys.map(rowOf)].join('\n');
}

function rowOf(key: SettingKey): string {
  const setting = settingTable[key];
  const keys = setting.alias === undefined ? code(key) : `${code(key)}, ${code(setting.alias)}`;
  const name = setting.notInFiles ? `${keys} (not in files)` : keys;
  const fallback =
    setting.default === undefined ? (setting.unset ?? 'not set') : code(JSON.stringify(setting.default));
  const variables = variablesOf(key).map(code).join(', ');
  const cells = [name, fallback, setting.rule.expected, code(flagOf(key)), variables, setting.description];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function code(text: string): string {
  return `\`${text}\``;
}
