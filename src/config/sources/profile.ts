import { closest, quoteText } from '../../text.ts';
import type { Problem } from '../problem.ts';
import type { FileSettings } from './document.ts';
import { type Layer, placeOf } from './layer.ts';

/** The profile in force, and what each file says in it. */
export interface ChosenProfile {
  readonly layerOf: (file: FileSettings) => Layer;
  readonly problems: readonly Problem[];
}

/** The profile that the first of the layers names, looked up in every file: each adds what it says to it. */
export function chooseProfile(layers: readonly Layer[], files: readonly FileSettings[]): ChosenProfile {
  const entry = layers.flatMap((layer) => layer.get('profile') ?? [])[0];
  if (entry === undefined) return { layerOf: () => new Map(), problems: [] };
  const name = String(entry.value);
  const known = [...new Set(files.flatMap(({ profiles }) => [...profiles.keys()]))];
  const problem = { place: placeOf(entry.origin), message: unknownProfile(name, known) };
  return {
    layerOf: ({ profiles }) => profiles.get(name) ?? new Map(),
    problems: known.includes(name) ? [] : [problem],
  };
}

function unknownProfile(name: string, known: readonly string[]): string {
  const found = `there is no profile ${quoteText(name)}`;
  if (known.length === 0) return `${found}; no settings file has profiles`;
  const near = closest(name, known);
  const hint = near === undefined ? '' : `; did you mean ${quoteText(near)}?`;
  return `${found}; known are ${known.join(', ')}${hint}`;
}
