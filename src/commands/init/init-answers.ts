import { resolve } from 'node:path';
import type { Resolved } from '../../config/resolve.ts';
import { type SettingKey, settingTable } from '../../config/settings.ts';
import type { Flags } from '../../config/sources/flags.ts';
import { fromHome } from '../../config/sources/home-path.ts';
import { readKeyFile } from '../../config/sources/key-file.ts';
import { MisoError } from '../../errors.ts';
import type { World } from '../../world.ts';
import { ask } from '../ask.ts';

/** Asks for the settings that no flag sets. `previous`: the previous answers, which an empty answer keeps. */
export async function askForSettings(
  { flags, previous }: { readonly flags: Flags; readonly previous: Flags | undefined },
  { settings, origins }: Resolved,
  world: World,
): Promise<Flags> {
  const before = textOf(previous?.server) ?? settings.server;
  const server =
    flags.server ??
    (await askSetting({ key: 'server', text: `Server [${before}]: `, fallback: before }, world));
  const key = origins.has('apiKey') || origins.has('apiKeyFile') ? {} : await askForKey(previous, world);
  const id = textOf(previous?.['columns.id']) ?? settings.columns.id ?? 'user_id';
  const column =
    flags['columns.id'] ??
    (await askSetting({ key: 'columns.id', text: `Column of the user id [${id}]: `, fallback: id }, world));
  return {
    ...flags,
    ...key,
    server,
    ...(column === 'user_id' ? {} : { 'columns.id': column }),
  };
}

function textOf(value: Flags[SettingKey]): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

async function askForKey(previous: Flags | undefined, world: World): Promise<Flags> {
  const empty =
    previous?.apiKey === undefined ? 'leave empty to name a file that contains it' : 'leave empty to keep it';
  const text = `API key (not shown; ${empty}): `;
  const typed = await askSetting({ key: 'apiKey', text, fallback: '', secret: true }, world);
  if (typed !== '') return { apiKey: typed };
  if (previous?.apiKey !== undefined) return { apiKey: previous.apiKey };
  const before = textOf(previous?.apiKeyFile);
  const shown = before === undefined ? '' : ` [${before}]`;
  const file = await askSetting(
    {
      key: 'apiKeyFile',
      text: `File that contains the key${shown}: `,
      ...(before === undefined ? {} : { fallback: before }),
      check: (path) => problemOfKeyFile(path, world),
    },
    world,
  );
  return { apiKeyFile: file };
}

/** Why a key file cannot be used; undefined if it can. */
async function problemOfKeyFile(path: string, { cwd, home }: World): Promise<string | undefined> {
  try {
    await readKeyFile(fromHome(path, home) ?? resolve(cwd, path), 'your answer');
    return undefined;
  } catch (error) {
    if (error instanceof MisoError) return error.message;
    throw error;
  }
}

interface Question {
  readonly key: SettingKey;
  readonly text: string;
  /** The value of an empty answer; without it, an answer is required. */
  readonly fallback?: string;
  readonly secret?: boolean;
  /** Resolves with the reason if the answer cannot be used. */
  readonly check?: (answer: string) => Promise<string | undefined>;
}

/** Asks until the answer is valid for the setting. */
async function askSetting(question: Question, world: World): Promise<string> {
  const { key, text, fallback, secret = false, check } = question;
  for (;;) {
    const answer = (await ask(text, world, { secret })) || fallback;
    // An empty answer that leads to another question is not checked.
    if (answer === '') return answer;
    const problem = await problemOf(key, answer ?? '', check);
    if (problem === undefined) return answer ?? '';
    await world.stderr.write(`  ${problem}\n`);
  }
}

async function problemOf(
  key: SettingKey,
  answer: string,
  check: Question['check'],
): Promise<string | undefined> {
  const parsed = settingTable[key].rule.read(answer, { kind: 'text', path: (written) => written });
  return parsed.ok ? await check?.(answer) : parsed.problem;
}
