import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import type { Resolved } from '../../../config/resolve.ts';
import { digest, keyFingerprint } from '../../../digest.ts';
import { UsageError } from '../../../errors.ts';
import type { NamedFile } from '../../../files/same-file.ts';
import type { DeleteOptions, SyncSettings } from '../../../sync/settings.ts';
import { shapingOf } from '../../../sync/shaping.ts';
import type { World } from '../../../world.ts';
import { namedFile } from '../../report-failure.ts';
import { syncsFolder } from '../changed-users.ts';
import type { DeleteFlags } from '../delete-flags.ts';
import { type FilesOptions, uploadSettings } from '../upload/setup.ts';

export interface SyncOptions extends FilesOptions, DeleteFlags {
  readonly name?: string;
  readonly state?: string;
  readonly full?: boolean;
  readonly remote: boolean;
  readonly adoptState?: boolean;
  readonly adopt?: boolean;
  readonly resume?: boolean;
  readonly plan?: string;
  readonly delete?: boolean;
}

const defaultMaxDeletes = { percent: 10 };

/** Throws UsageError for options that cannot be combined. */
export function checkOptions(options: SyncOptions, { settings }: Resolved): void {
  if (options.plan !== undefined && readsStdin(options)) {
    throw new UsageError('--plan needs files: standard input cannot be read again when the plan is applied.');
  }
  const { adopt, full, remote } = options;
  if (adopt && (options.delete || options.plan !== undefined || settings.dryRun || full || !remote)) {
    throw new UsageError('--adopt cannot be used with --delete, --plan, --dry-run, --full or --no-remote.');
  }
  if (options.adoptState && (settings.dryRun || options.plan !== undefined))
    throw new UsageError('--adopt-state cannot be used with --dry-run or --plan.');
  if (!options.delete) {
    const only = (['backup', 'receipt', 'withInteractions', 'verify'] as const).find(
      (name) => options[name] !== undefined,
    );
    const flag = only === 'withInteractions' ? 'with-interactions' : only;
    if (flag !== undefined) throw new UsageError(`--${flag} requires --delete.`);
    return;
  }
  if (options.name === undefined && options.state === undefined) {
    throw new UsageError('--delete requires --name or --state.', {
      hint: 'A name made of the paths would change with them, as in export-2026-11-27.csv, and begin a new set.',
    });
  }
  if (!options.remote) throw new UsageError('--delete cannot be used with --no-remote.');
  if (readsStdin(options) && settings.minRecords === undefined) {
    throw new UsageError('--delete requires --min-records when the records come from standard input.', {
      hint: 'A program that fails half-way looks like the end of its output.',
    });
  }
}

export function readsStdin({ files }: Pick<SyncOptions, 'files'>): boolean {
  return files.length === 0 || files.includes('-');
}

export function syncSettings(options: SyncOptions, resolved: Resolved, world: World): SyncSettings {
  const { settings } = resolved;
  const key = keyFingerprint(settings.apiKey?.reveal() ?? '');
  const upload = { ...uploadSettings(resolved, 'users sync'), key };
  const { name, state, full = false, remote, adoptState = false } = options;
  const set = name ?? (state === undefined ? setOfPaths(options, world) : '');
  return {
    ...{
      upload,
      set,
      full,
      remote,
      adoptKey: adoptState,
      dryRun: settings.dryRun || options.plan !== undefined,
    },
    adopt: options.adopt ?? false,
    plan: options.plan === undefined ? undefined : resolve(world.cwd, options.plan),
    shaping: shapingOf(upload.read, upload.columns, upload.hashKey),
    state:
      state === undefined
        ? defaultState({ set, server: upload.server, key }, resolved)
        : resolve(world.cwd, state),
    anySet: name === undefined && state !== undefined,
    maxChanges: settings.maxChanges,
    maxStateAgeMs: settings.maxStateAge * 1000,
    deletes: options.delete ? deleteOptions(options, resolved, world) : undefined,
  };
}

function deleteOptions(options: SyncOptions, { settings }: Resolved, world: World): DeleteOptions {
  return {
    maxDeletes: settings.maxDeletes ?? defaultMaxDeletes,
    afterMs: (settings.deleteAfter ?? 0) * 1000,
    ...deleteOutputs(options, world),
  };
}

export function deleteOutputs(
  options: DeleteFlags,
  { cwd }: World,
): Omit<DeleteOptions, 'maxDeletes' | 'afterMs'> {
  if (/\.(?:md|markdown)$/i.test(options.receipt ?? '')) {
    throw new UsageError(`--receipt ${options.receipt}: a receipt is NDJSON; name it .ndjson.`, {
      hint: 'Only `miso users delete` also writes a certificate (.md).',
    });
  }
  const absolute = (path: string | undefined) => (path === undefined ? undefined : resolve(cwd, path));
  return {
    backup: absolute(options.backup),
    receipt: absolute(options.receipt),
    withInteractions: options.withInteractions ?? false,
    verify: options.verify ?? false,
  };
}

/** The files that deletes write. */
export function deleteFiles(
  {
    backup,
    receipt,
    state,
    plan,
  }: { readonly [K in 'backup' | 'receipt' | 'state' | 'plan']?: string | undefined },
  world: World,
): NamedFile[] {
  const named = { '--backup': backup, '--receipt': receipt, '--state': state, '--plan': plan };
  return Object.entries(named).flatMap(([role, path]) =>
    path === undefined ? [] : [namedFile(role, path, world)],
  );
}

/** As they were given, so that a glob keeps its name. */
function setOfPaths({ files }: SyncOptions, { cwd }: World): string {
  if (files.length === 0) return '<stdin>';
  return files.map((file) => (file === '-' ? '<stdin>' : resolve(cwd, file))).join(' ');
}

interface StateIdentity {
  readonly set: string;
  readonly server: string;
  readonly key: string;
}

/** The file for the state of a set, unless --state names one. */
export function defaultState({ set, server, key }: StateIdentity, resolved: Resolved): string {
  const folder = syncsFolder(resolved);
  if (folder === undefined) {
    throw new UsageError('There is no folder for the state: neither XDG_STATE_HOME nor HOME is set.', {
      hint: 'Name a file with --state.',
    });
  }
  const slug = set.replace(/[^A-Za-z0-9._-]+/g, '-').slice(-40);
  return join(folder, `${slug}-${digest(JSON.stringify([set, server, key]), 16)}.state`);
}

export function newSalt(): string {
  return randomBytes(16).toString('hex');
}
