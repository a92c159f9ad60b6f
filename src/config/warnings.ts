import { platform } from 'node:os';
import { shellWord } from '../text.ts';
import type { Layer, Origin } from './sources/layer.ts';

/** The data for warnings. */
export interface WarningContext {
  readonly files: readonly {
    readonly path: string;
    /** Permission bits. */
    readonly mode: number;
    readonly layers: readonly Layer[];
  }[];
  readonly origins: ReadonlyMap<string, Origin>;
}

/** Warnings about keys that work but are exposed. */
export function keyWarnings(context: WarningContext): readonly string[] {
  return [...keyOnTheCommandLine(context), ...keyReadableByOthers(context)];
}

function keyOnTheCommandLine({ origins }: WarningContext): readonly string[] {
  if (origins.get('apiKey')?.kind !== 'flag') return [];
  return [
    'The key of --key is visible in process lists and in the shell history. ' +
      'Use MISO_API_KEY or MISO_API_KEY_FILE instead.',
  ];
}

function keyReadableByOthers({ files }: WarningContext): readonly string[] {
  // Windows has no permission bits, and Node makes them up.
  if (platform() === 'win32') return [];
  return files
    .filter(({ mode, layers }) => (mode & 0o077) !== 0 && layers.some((layer) => layer.has('apiKey')))
    .map(
      ({ path }) => `${path} contains a key and other users can read it. Run: chmod 600 ${shellWord(path)}`,
    );
}
