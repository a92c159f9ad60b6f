import { randomUUID } from 'node:crypto';
import { open, readFile, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { outcomeError } from '../../api/retry/outcome-error.ts';
import type { GlobalOptions } from '../../cli/options.ts';
import { renderExample } from '../../config/docs/example.ts';
import { requireApiKey } from '../../config/require-key.ts';
import type { Resolved } from '../../config/resolve.ts';
import type { SettingKey } from '../../config/settings.ts';
import type { Flags } from '../../config/sources/flags.ts';
import { exitCodes, UsageError } from '../../errors.ts';
import { orOutputError, replaceFile } from '../../files/write.ts';
import { createLogger, type Logger } from '../../report/progress/logger.ts';
import { initText } from '../../report/text/init-text.ts';
import { styleFor } from '../../report/text/style.ts';
import { jsonLine } from '../../text.ts';
import type { World } from '../../world.ts';
import { canAsk, confirm } from '../ask.ts';
import { loadSettings } from '../load-settings.ts';
import { runCommand } from '../run-command.ts';
import { sessionFor } from '../session.ts';
import { type GitState, gitState } from './git.ts';
import { askForSettings } from './init-answers.ts';

export interface InitOptions extends GlobalOptions {
  /** The file to write; default: .mirorc in the working directory. */
  readonly file?: string;
  readonly force?: boolean;
  /** False with --no-check: the key is not tried. */
  readonly check: boolean;
}

/** Retries of the request that checks the key: a person is waiting. */
const maxRetries = 2;

/** `miso init` */
export function init(args: InitOptions, world: World): Promise<number> {
  return runCommand(args, world, { command: 'init', offline: true }, async (before) => {
    const target = resolve(world.cwd, args.file ?? '.mirorc');
    if (!args.force) await refuseToReplace(target, args.file ?? '.mirorc');
    const flags = canAsk(world) && !args.json ? await askForSettings(args.flags, before, world) : args.flags;
    const resolved = await loadSettings({ ...args, flags }, world);
    const logger = createLogger(world, resolved.settings);
    if (args.check) await checkKey(resolved, world, logger);
    await orOutputError(replaceFile(target, renderExample(chosenIn(flags, resolved, { target, world }))), {
      name: target,
      hint: 'Run it in a writable folder, or choose another file with --file.',
    });
    const git = flags.apiKey === undefined ? 'outside' : await guard(target, world, logger);
    const result = { file: target, server: resolved.settings.server, keyChecked: args.check, git };
    const text = args.json
      ? jsonLine({ command: 'init', ...result, exitCode: exitCodes.ok })
      : initText(result, styleFor(world.stdout, world, resolved.settings.color));
    if (args.json || !resolved.settings.quiet) await world.stdout.write(text);
    return exitCodes.ok;
  });
}

async function refuseToReplace(target: string, shown: string): Promise<void> {
  const there = await stat(target).catch(() => undefined);
  if (there)
    throw new UsageError(`${shown} already exists.`, {
      hint: 'Use --force to replace it, or --file to write another file.',
    });
}

/** Reads a user that does not exist: Miso answers 404 to a valid key, and 401 or 403 to an invalid one. */
async function checkKey({ settings }: Resolved, world: World, logger: Logger): Promise<void> {
  requireApiKey(settings);
  const limited = { ...settings, retries: Math.min(settings.retries, maxRetries) };
  const { users } = await sessionFor(limited, world, logger.session);
  const outcome = await users.read(`miso-init-${randomUUID()}`, { stop: world.stop });
  if (outcome.kind !== 'not-found' && outcome.kind !== 'success')
    throw outcomeError(outcome, 'checking the key');
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
  if (isAbsolute(path) || path.startsWith('~/')) return path;
  return relative(dirname(target), resolve(world.cwd, path));
}

/** Keeps a file with a key out of git, or warns about it. */
async function guard(target: string, world: World, logger: Logger): Promise<GitState> {
  const state = await gitState(target);
  if (state === 'tracked') {
    logger.line(
      `${logger.style.yellow('warning')} ${target} contains the key and is tracked by git.\n  To untrack it: git rm --cached '${target}'`,
    );
    return state;
  }
  if (state !== 'open') return state;
  const name = `/${basename(target)}`;
  const ignore = join(dirname(target), '.gitignore');
  if (
    canAsk(world) &&
    (await confirm(`${basename(target)} contains the key. Add it to .gitignore?`, world))
  ) {
    const before = await readFile(ignore, 'utf8').catch(() => '');
    const gap = before === '' || before.endsWith('\n') ? '' : '\n';
    const handle = await open(ignore, 'a');
    await handle.writeFile(`${gap}${name}\n`).finally(() => handle.close());
    return 'ignored';
  }
  logger.line(
    `${logger.style.yellow('warning')} ${target} contains the key and is not ignored by git.\n  To ignore it: echo ${name} >> .gitignore`,
  );
  return state;
}
