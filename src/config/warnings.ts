import { platform } from 'node:os';
import { dirname, sep } from 'node:path';
import { defaultServer, isLoopback } from '../contract/server.ts';
import { shellWord } from '../text.ts';
import { type Layer, type Origin, originText } from './sources/layer.ts';

/** What warnings are derived from. */
export interface WarningContext {
  readonly files: readonly {
    readonly kind: 'project' | 'user';
    readonly path: string;
    /** The same with symlinks resolved. */
    readonly realPath: string;
    readonly mode: number;
    readonly owner: number;
    readonly layers: readonly Layer[];
  }[];
  /** Whether the user named the project file, with --config or its variable. */
  readonly chosen: boolean;
  /** User id of the current user; undefined if not known. */
  readonly uid: number | undefined;
  /** Where the key is sent; undefined for commands that do not connect. */
  readonly server: string | undefined;
  /** The file that the key was read from, with symlinks resolved. */
  readonly keyFile: string | undefined;
  readonly origins: ReadonlyMap<string, Origin>;
}

type WarningRule = (context: WarningContext) => readonly string[];

const warningRules: readonly WarningRule[] = [
  keyOnTheCommandLine,
  keyReadableByOthers,
  keySentElsewhere,
  fileSentElsewhere,
  settingsOfAnother,
];

/** Warnings about settings that work but are unsafe. */
export function warningsOf(context: WarningContext): readonly string[] {
  return warningRules.flatMap((rule) => rule(context));
}

function keyOnTheCommandLine({ origins }: WarningContext): readonly string[] {
  if (origins.get('apiKey')?.kind !== 'flag') return [];
  return [
    'The key of --key is visible in process lists and in the shell history. ' +
      'Use MISO_API_KEY or MISO_API_KEY_FILE instead.',
  ];
}

function keyReadableByOthers({ files }: WarningContext): readonly string[] {
  // Windows has no permission bits; Node invents them.
  if (platform() === 'win32') return [];
  return files
    .filter(({ mode, layers }) => (mode & 0o077) !== 0 && layers.some((layer) => layer.has('apiKey')))
    .map(
      ({ path }) => `${path} contains a key and other users can read it. Run: chmod 600 ${shellWord(path)}`,
    );
}

/** A project file may come with a cloned repository, and must not send the user's own key elsewhere unnoticed. */
function keySentElsewhere({ server, origins }: WarningContext): readonly string[] {
  const serverOrigin = origins.get('server');
  const keyOrigin = origins.get('apiKey') ?? origins.get('apiKeyFile');
  if (server === undefined || server === defaultServer || isLoopback(new URL(server).hostname)) return [];
  if (serverOrigin?.kind !== 'project' || keyOrigin === undefined || keyOrigin.name === serverOrigin.name)
    return [];
  return [
    `The key of ${originText(keyOrigin)} goes to ${server}, because ${originText(serverOrigin)} says so.`,
  ];
}

/** The same for a file that is not a key: a project file may name any file that the user can read. */
function fileSentElsewhere({ files, chosen, server, keyFile, origins }: WarningContext): readonly string[] {
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

/** Settings decide where a key is sent, so those of another user must not apply unnoticed. */
function settingsOfAnother({ files, chosen, uid }: WarningContext): readonly string[] {
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
