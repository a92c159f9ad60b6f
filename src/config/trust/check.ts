import { lstat, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { isLoopback } from '../../contract/server.ts';
import { flagOf } from '../names.ts';
import type { SettingKey, Settings } from '../settings.ts';
import { type Origin, originText } from '../sources/layer.ts';

/** A settings file that came with a folder: the user may not have written it. */
export interface ProjectFile {
  readonly path: string;
  /** The same with symlinks resolved. */
  readonly realPath: string;
  readonly owners: readonly number[];
}

export interface TrustContext {
  readonly settings: Settings;
  readonly origins: ReadonlyMap<string, Origin>;
  /** All settings files but trusted ones and the file of --config. */
  readonly files: readonly ProjectFile[];
  readonly cwd: string;
  /** Nothing is sent. */
  readonly offline: boolean;
  /** User ids whose files are accepted; undefined if the system has none. */
  readonly users: ReadonlySet<number> | undefined;
}

/** Why a file is not used until the user trusts it. */
export interface Refusal {
  readonly file: ProjectFile;
  /** A sentence. */
  readonly message: string;
}

export interface TrustResult {
  readonly refusals: readonly Refusal[];
  readonly warnings: readonly string[];
}

/**
 * Finds the settings of project files that could send the user's key to a stranger, or overwrite the user's
 * files: a folder that someone else prepared (a cloned repository, a shared folder) must not be able to do
 * either.
 */
export async function checkTrust(context: TrustContext): Promise<TrustResult> {
  const foreign = context.files.filter(({ owners }) => !areAccepted(owners, context.users));
  const results = await Promise.all([checkServer(context), checkFiles(context)]);
  return {
    refusals: [
      ...foreign.map((file) => ({ file, message: `${file.path} belongs to another user.` })),
      ...results.flatMap(({ refusals = [] }) => refusals),
    ],
    warnings: results.flatMap(({ warnings = [] }) => warnings),
  };
}

function areAccepted(owners: readonly number[], users: ReadonlySet<number> | undefined): boolean {
  return users === undefined || owners.every((owner) => users.has(owner));
}

/** Where the key goes, and which certificates vouch for the server. */
async function checkServer(context: TrustContext): Promise<Partial<TrustResult>> {
  const { settings, origins, offline } = context;
  const keyOrigin = origins.get('apiKey') ?? origins.get('apiKeyFile');
  if (offline || keyOrigin === undefined) return {};
  const file = projectFileOf('server', context);
  const warnings = caWarnings(keyOrigin, context);
  if (file === undefined || isMiso(settings.server)) return { warnings };

  const keyIsInside = await isKeyInside(keyOrigin, file, context);
  if (isLoopback(new URL(settings.server).hostname)) {
    const loopback = `${originText(origins.get('server')!)} sends the key of ${originText(keyOrigin)} to ${settings.server}.`;
    return { warnings: keyIsInside ? warnings : [loopback, ...warnings] };
  }
  const setsServer = `${originText(origins.get('server')!)} sets the server ${settings.server}`;
  const refusals: Refusal[] = [];
  if (!keyIsInside)
    refusals.push({
      file,
      message: `${setsServer}, which would receive the key of ${originText(keyOrigin)}.`,
    });
  const caFile = projectFileOf('caFile', context) && settings.caFile;
  if (caFile !== undefined && !(await isInside(caFile, file, context)))
    refusals.push({ file, message: `${setsServer} and the CA file ${caFile} outside its folder.` });
  return { refusals, warnings };
}

/** With a certificate of its own, whoever controls the network can read the key. */
function caWarnings(keyOrigin: Origin, context: TrustContext): readonly string[] {
  const file = projectFileOf('caFile', context);
  if (file === undefined || keyOrigin.name === file.path) return [];
  const { origins, settings } = context;
  return [
    `${originText(origins.get('caFile')!)} adds the CA ${settings.caFile}: its owner could read the key of ${originText(keyOrigin)}.`,
  ];
}

/** Whether a key came with the folder of a file: in it, in the .env beside it, or in a key file below it. */
async function isKeyInside(origin: Origin, file: ProjectFile, context: TrustContext): Promise<boolean> {
  const holder = context.files.find(({ path }) => path === origin.name);
  const { apiKeyFile } = context.settings;
  if (holder === undefined || dirname(holder.realPath) !== dirname(file.realPath)) return false;
  return (
    !context.origins.has('apiKeyFile') ||
    apiKeyFile === undefined ||
    (await isInside(apiKeyFile, file, context))
  );
}

/** Files that a run writes, and the key of --hash: whoever knows it can reverse the hashes. */
const usedFiles = {
  rejects: 'write',
  report: 'write',
  stateDir: 'write',
  hashKeyFile: 'read the key of --hash from',
} as const satisfies { readonly [K in SettingKey]?: string };

async function checkFiles(context: TrustContext): Promise<Partial<TrustResult>> {
  const refusals: Refusal[] = [];
  for (const [key, use] of Object.entries(usedFiles) as [keyof typeof usedFiles, string][]) {
    const [file, path] = [projectFileOf(key, context), context.settings[key]];
    if (file === undefined || typeof path !== 'string' || (await isInside(path, file, context))) continue;
    const place = originText(context.origins.get(key)!);
    refusals.push({
      file,
      message: `${place} would ${use} ${path} (${flagOf(key)}), which is outside its folder.`,
    });
  }
  return { refusals };
}

/** The project file that sets a setting; undefined if the value comes from elsewhere. */
function projectFileOf(key: SettingKey, { origins, files }: TrustContext): ProjectFile | undefined {
  const origin = origins.get(key);
  if (origin?.kind !== 'project' && origin?.kind !== 'dotenv') return undefined;
  return files.find(({ path }) => path === origin.name);
}

function isMiso(server: string): boolean {
  const { hostname } = new URL(server);
  return hostname === 'askmiso.com' || hostname.endsWith('.askmiso.com');
}

/**
 * Whether a path leads into the folder of a file, symlinks resolved. What git runs from its own folder is
 * outside.
 */
async function isInside(path: string, file: ProjectFile, { cwd }: TrustContext): Promise<boolean> {
  const folder = dirname(file.realPath);
  const target = await realTarget(resolve(cwd, path));
  // macOS and Windows do not distinguish case.
  const below = target.slice(folder.length).toLowerCase().split(sep);
  return target.startsWith(folder.endsWith(sep) ? folder : folder + sep) && !below.includes('.git');
}

/**
 * A path with symlinks resolved, as far as it exists; the root if a symlink leads to nothing, which can be
 * anywhere.
 */
async function realTarget(path: string): Promise<string> {
  const real = await realpath(path).catch(() => undefined);
  if (real !== undefined || dirname(path) === path) return real ?? path;
  const isBrokenLink = await lstat(path).then(
    (stats) => stats.isSymbolicLink(),
    () => false,
  );
  if (isBrokenLink) return sep;
  return join(await realTarget(dirname(path)), basename(path));
}
