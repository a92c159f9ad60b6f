import { flagOf } from '../names.ts';
import type { Problem } from '../problem.ts';
import { settingKeys, settingSpecs } from '../setting-specs.ts';
import type { SettingKey } from '../settings.ts';
import type { Entry, Layer } from './layer.ts';

/** The value of a flag as the command line gives it: text, a switch, or `name=value` any number of times. */
export type FlagValue = string | boolean | readonly string[];

/** Flags by the setting that they set; those that were not given are absent or undefined. */
export type Flags = { readonly [K in SettingKey]?: FlagValue | undefined };

/** What the flags say. Unlike an empty variable, an empty flag is a value and is judged. */
export function readFlags(flags: Flags): { readonly layer: Layer; readonly problems: readonly Problem[] } {
  const layer = new Map<SettingKey, Entry>();
  const problems: Problem[] = [];
  for (const key of settingKeys) {
    const value = flags[key];
    if (value === undefined) continue;
    const name = flagOf(key);
    const judged = settingSpecs[key].rule.read(value, { kind: 'text', path: (written) => written });
    if (judged.ok) layer.set(key, { value: judged.value, origin: { kind: 'flag', name } });
    else problems.push({ place: name, message: judged.problem });
  }
  return { layer, problems };
}
