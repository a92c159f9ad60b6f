import { platform } from 'node:os';
import { isLoopback, usualServer } from '../address.ts';
import { type Layer, type Origin, placeOf } from './layer.ts';

/** What the warnings are about: everything that was read, and what came of it. */
export interface Found {
  readonly files: readonly {
    readonly path: string;
    readonly mode: number;
    readonly layers: readonly Layer[];
  }[];
  /** Where the key is sent; undefined for a command that connects to nothing. */
  readonly server: string | undefined;
  readonly origins: ReadonlyMap<string, Origin>;
}

type WarningRule = (found: Found) => readonly string[];

const warningRules: readonly WarningRule[] = [keyOnTheCommandLine, keyReadableByOthers, keySentElsewhere];

/** Settings that work and should not stay as they are, one sentence each. */
export function warningsOf(found: Found): readonly string[] {
  return warningRules.flatMap((rule) => rule(found));
}

function keyOnTheCommandLine({ origins }: Found): readonly string[] {
  if (origins.get('apiKey')?.kind !== 'flag') return [];
  return [
    'A key given with -k shows in the process list and in the history of the shell. ' +
      'Use MISO_API_KEY or MISO_API_KEY_FILE instead.',
  ];
}

function keyReadableByOthers({ files }: Found): readonly string[] {
  // Windows has no such bits, and Node makes them up there.
  if (platform() === 'win32') return [];
  return files
    .filter(({ mode, layers }) => (mode & 0o077) !== 0 && layers.some((layer) => layer.has('apiKey')))
    .map(({ path }) => `${path} holds a key and others can read it. Run: chmod 600 ${shellWord(path)}`);
}

/** A project file may come with a cloned repository, and must not lead the user's own key away unseen. */
function keySentElsewhere({ server, origins }: Found): readonly string[] {
  const serverOrigin = origins.get('server');
  const keyOrigin = origins.get('apiKey') ?? origins.get('apiKeyFile');
  if (server === undefined || server === usualServer || isLoopback(new URL(server).hostname)) return [];
  if (serverOrigin?.kind !== 'project' || keyOrigin === undefined || keyOrigin.name === serverOrigin.name)
    return [];
  return [`The key of ${placeOf(keyOrigin)} goes to ${server}, because ${placeOf(serverOrigin)} says so.`];
}

function shellWord(path: string): string {
  return /^[\w./@:+-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
