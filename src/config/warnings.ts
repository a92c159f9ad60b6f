import { platform } from 'node:os';
import { dirname, sep } from 'node:path';
import { defaultServer, isLoopback } from '../contract/server.ts';
import { shellWord } from '../text.ts';
import { type Layer, type Origin, placeOf } from './sources/layer.ts';

/** What the warnings are about: everything that was read, and what came of it. */
export interface Found {
  readonly files: readonly {
    readonly kind: 'project' | 'user';
    readonly path: string;
    /** The same with links followed. */
    readonly realPath: string;
    readonly mode: number;
    readonly owner: number;
    readonly layers: readonly Layer[];
  }[];
  /** Whether the user named the project's file, by --config or its variable, so that nothing in it comes unseen. */
  readonly chosen: boolean;
  /** Who runs the program; undefined where that is not known. */
  readonly uid: number | undefined;
  /** Where the key is sent; undefined for a command that connects to nothing. */
  readonly server: string | undefined;
  /** The file that the key was read from, links followed. */
  readonly keyFile: string | undefined;
  readonly origins: ReadonlyMap<string, Origin>;
}

type WarningRule = (found: Found) => readonly string[];

const warningRules: readonly WarningRule[] = [
  keyOnTheCommandLine,
  keyReadableByOthers,
  keySentElsewhere,
  fileSentElsewhere,
  settingsOfAnother,
];

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
  if (server === undefined || server === defaultServer || isLoopback(new URL(server).hostname)) return [];
  if (serverOrigin?.kind !== 'project' || keyOrigin === undefined || keyOrigin.name === serverOrigin.name)
    return [];
  return [`The key of ${placeOf(keyOrigin)} goes to ${server}, because ${placeOf(serverOrigin)} says so.`];
}

/** The same for a file that was never meant as a key: a project file may name any that its reader can open. */
function fileSentElsewhere({ files, chosen, server, keyFile, origins }: Found): readonly string[] {
  const [keyOrigin, serverOrigin] = [origins.get('apiKeyFile'), origins.get('server')];
  const file = files.find(({ kind, path }) => kind === 'project' && path === keyOrigin?.name);
  if (
    chosen ||
    file === undefined ||
    keyFile === undefined ||
    server === undefined ||
    server === defaultServer
  )
    return [];
  if (serverOrigin?.name !== file.path || keyFile.startsWith(withSeparator(dirname(file.realPath))))
    return [];
  return [
    `${file.path} sends what ${keyFile} holds to ${server} as the key. ` +
      `If you did not write that file, stop and look at it; if you did, --config ${shellWord(file.path)} says so.`,
  ];
}

/** Settings decide where a key goes: those of a stranger, in a folder that all may write to, are not to count unseen. */
function settingsOfAnother({ files, chosen, uid }: Found): readonly string[] {
  if (chosen || uid === undefined || platform() === 'win32') return [];
  return files
    .filter(({ kind, owner }) => kind === 'project' && owner !== uid && owner !== root)
    .map(
      ({ path }) =>
        `${path} belongs to another user, and its settings count here. ` +
        `If that is meant, --config ${shellWord(path)} says so.`,
    );
}

const root = 0;

function withSeparator(folder: string): string {
  return folder.endsWith(sep) ? folder : folder + sep;
}
