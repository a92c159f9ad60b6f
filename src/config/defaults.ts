import { settingKeys, settingSpecs } from './setting-specs.ts';
import type { SettingKey } from './settings.ts';
import type { Entry, Layer } from './sources/layer.ts';

/** The layer of all defaults; `stateDir` is the one that depends on the machine. */
export function defaultLayer(stateDir: string | undefined): Layer {
  const layer = new Map<SettingKey, Entry>();
  for (const key of settingKeys) {
    const written = key === 'stateDir' ? stateDir : settingSpecs[key].default;
    if (written === undefined) continue;
    const judged = settingSpecs[key].rule.read(written, { kind: 'data', path: (path) => path });
    if (judged.ok) layer.set(key, { value: judged.value, origin: { kind: 'default', name: 'default' } });
  }
  return layer;
}
