import { randomUUID } from 'node:crypto';
import { lstat } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { callError } from '../../api/retry/call-error.ts';
import type { GlobalOptions } from '../../cli/options.ts';
import { renderExample } from '../../config/docs/example.ts';
import { requireApiKey } from '../../config/require-key.ts';
import type { Resolved } from '../../config/resolve.ts';
import type { SettingKey } from '../../config/settings.ts';
import type { Flags } from '../../config/sources/flags.ts';
import { startsAtHome } from '../../config/sources/home-path.ts';
import { exitCodes, MisoError, StoppedError, UsageError } from '../../errors.ts';
import { orOutputError, replaceFile } from '../../files/write.ts';
import { createLogger, type Logger } from '../../report/progress/logger.ts';
import { errorText } from '../../report/text/error-text.ts';
import { initText } from '../../report/text/init-text.ts';
import { styleFor } from '../../report/text/style.ts';
import { jsonLine } from '../../text.ts';
import type { World } from '../../world.ts';
import { canAsk } from '../ask.ts';
import { loadSettings } from '../load-settings.ts';
import { runCommand } from '../run-command.ts';
import { sessionFor } from '../session.ts';
import { askForSettings } from './init-answers.ts';
import { keepOutOfGit } from './keep-out-of-git.ts';

export interface InitOptions extends GlobalOptions {
  /** The file to write. Default: .mirorc in the working directory. */
  readonly file?: string;
  readonly force?: boolean;
  /** False with --no-check: the key is not checked. */
  readonly check: boolean;
}

/** Retries of the request that checks the key. Few, because a person is waiting. */
const maxRetries = 2;

/** `miso init` */
export function init(args: InitOptions, world: World): Promise<number> {
  return runCommand(args, world, { command: 'init', offline: true }, async (before) => {
    const target = resolve(world.cwd, args.file ?? '.mirorc');
    if (!args.force) await refuseToReplace(target, args.file ?? '.mirorc');
    const { flags, resolved } = await chooseSettings(args, before, world);
    const logger = createLogger(world, resolved.settings);
    await orOutputError(replaceFile(target, renderExample(chosenIn(flags, resolved, { target, world }))), {
      name: target,
      hint: 'Run it in a writable folder, or choose another file with --file.',
    });
    const git = flags.apiKey === undefined ? 'outside' : await keepOutOfGit(target, world, logger);
    const result = { file: target, server: resolved.settings.server, keyChecked: args.check, git };
    const text = args.json
      ? jsonLine({ command: 'init', ...result, exitCode: exitCodes.ok })
      : initText(
          { ...result, isFound: isFoundIn(target, world) },
          styleFor(world.stdout, world, resolved.settings.color),
        );
    if (args.json || !resolved.settings.quiet) await world.stdout.write(text);
    return exitCodes.ok;
  });
}

interface Chosen {
  readonly flags: Flags;
  readonly resolved: Resolved;
}

/** Takes the settings from the flags, or asks for them until they work. */
async function chooseSettings(args: InitOptions, before: Resolved, world: World): Promise<Chosen> {
  if (args.json || !canAsk(world)) return await checked(args, args.flags, world);
  let answers: Flags | undefined;
  for (;;) {
    answers = await askForSettings({ flags: args.flags, previous: answers }, before, world);
    try {
      return await checked(args, answers, world);
    } catch (error) {
      // If no question was asked, the answers cannot change, so asking again would not help.
      if (!isCorrectable(error) || isSame(answers, args.flags)) throw error;
      await world.stderr.write(
        `${errorText(error, styleFor(world.stderr, world, before.settings.color))}  Correct the answers, or press Ctrl-C to cancel.\n`,
      );
    }
  }
}

async function checked(args: InitOptions, flags: Flags, world: World): Promise<Chosen> {
  const resolved = await loadSettings({ ...args, flags }, world);
  if (args.check) await checkKey(resolved, world, createLogger(world, resolved.settings));
  return { flags, resolved };
}

function isCorrectable(error: unknown): boolean {
  return error instanceof MisoError && !(error instanceof StoppedError);
}

function isSame(answers: Flags, flags: Flags): boolean {
  return JSON.stringify(Object.entries(answers).sort()) === JSON.stringify(Object.entries(flags).sort());
}

/** Whether commands find the file without --config. */
function isFoundIn(target: string, { cwd }: World): boolean {
  return target === resolve(cwd, '.mirorc');
}

async function refuseToReplace(target: string, shown: string): Promise<void> {
  const found = await lstat(target).catch(() => undefined);
  if (found)
    throw new UsageError(`${shown} already exists.`, {
      hint: 'Use --force to replace it, or --file to write another file.',
    });
}

/** Reads a user that does not exist: Miso answers 404 to a valid key, and 401 or 403 to an invalid one. */
async function checkKey({ settings }: Resolved, world: World, logger: Logger): Promise<void> {
  requireApiKey(settings);
  const limited = { ...settings, retries: Math.min(settings.retries, maxRetries) };
  const { users } = await sessionFor(limited, world, logger.session);
  const result = await users.read(`miso-init-${randomUUID()}`, { stop: world.stop });
  if (result.kind !== 'not-found' && result.kind !== 'success') throw callError(result, 'checking the key');
}

interface Target {
  readonly target: string;
  readonly world: World;
}

/** The settings to write. A key from the environment is not written: it would then be in two places. */
function chosenIn(flags: Flags, { settings }: Resolved, at: Target): Partial<Record<SettingKey, unknown>> {
  const { apiKey, apiKeyFile } = flags;
  return {
    server: settings.server,
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(typeof apiKeyFile === 'string' ? { apiKeyFile: relativeToTarget(apiKeyFile, at) } : {}),
    ...(settings.columns.id === undefined ? {} : { 'columns.id': settings.columns.id }),
  };
}

/** Relative paths in a settings file start at the folder of that file. */
function relativeToTarget(path: string, { target, world }: Target): string {
  if (isAbsolute(path) || startsAtHome(path)) return path;
  return relative(dirname(target), resolve(world.cwd, path));
}
