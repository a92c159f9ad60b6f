import { closest, quoteText } from '../../text.ts';
import type { Problem } from '../problem.ts';
import type { FileSettings } from './document.ts';
import { type Layer, originText } from './layer.ts';

/** The selected profile: its layer in each file. */
export interface ChosenProfile {
  readonly layerOf: (file: FileSettings) => Layer;
  readonly problems: readonly Problem[];
}

/** Selects the profile named by the first layer that names one. Every file can add settings to it. */
export function chooseProfile(layers: readonly Layer[], files: readonly FileSettings[]): ChosenProfile {
  const entry = layers.flatMap((layer) => layer.get('profile') ?? [])[0];
  if (entry === undefined) return { layerOf: () => new Map(), problems: [] };
  const name = String(entry.value);
  const available = [...new Set(files.flatMap(({ profiles }) => [...profiles.keys()]))];
  const problem = { place: originText(entry.origin), message: unknownProfile(name, available) };
  return {
    layerOf: ({ profiles }) => profiles.get(name) ?? new Map(),
    problems: available.includes(name) ? [] : [problem],
  };
}

function unknownProfile(name: string, available: readonly string[]): string {
  const problem = `there is no profile ${quoteText(name)}`;
  if (available.length === 0) return `${problem}; no settings file has profiles`;
  const near = closest(name, available);
  const hint = near === undefined ? '' : `; did you mean ${quoteText(near)}?`;
  return `${problem}; available: ${available.join(', ')}${hint}`;
}
