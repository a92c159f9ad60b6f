import { flagOf } from '../names.ts';
import type { Problem } from '../problem.ts';
import { type SettingKey, settingKeys, settingTable } from '../settings.ts';
import type { Entry, Layer } from './layer.ts';

/** The value of a flag as typed: text, a switch, or the values of a repeatable flag. */
export type FlagValue = string | boolean | readonly string[];

/** Flags by setting; flags that were not given are absent or undefined. */
export type Flags = { readonly [K in SettingKey]?: FlagValue | undefined };

/** Checks all flags. Unlike an empty variable, an empty flag counts as a value. */
export function readFlags(flags: Flags): { readonly layer: Layer; readonly problems: readonly Problem[] } {
  const layer = new Map<SettingKey, Entry>();
  const problems: Problem[] = [];
  for (const key of settingKeys) {
    const value = flags[key];
    if (value === undefined) continue;
    const name = flagOf(key);
    const result = settingTable[key].rule.read(value, { kind: 'text', path: (written) => written });
    if (result.ok) layer.set(key, { value: result.value, origin: { kind: 'flag', name } });
    else problems.push({ place: name, message: result.problem });
  }
  return { layer, problems };
}
