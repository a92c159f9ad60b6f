import type { Resolved } from '../../config/resolve.ts';
import { type SettingKey, settingTable } from '../../config/settings.ts';
import type { Flags } from '../../config/sources/flags.ts';
import type { World } from '../../world.ts';
import { ask } from '../ask.ts';

/** Asks for the settings that no flag gives. Resolves with all of them as flags. */
export async function askForSettings(
  flags: Flags,
  { settings, origins }: Resolved,
  world: World,
): Promise<Flags> {
  const server =
    flags.server ??
    (await askSetting(
      { key: 'server', text: `Server [${settings.server}]: `, fallback: settings.server },
      world,
    ));
  const key = isGiven(origins) ? {} : await askForKey(world);
  const id = settings.columns.id ?? 'user_id';
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

function isGiven(origins: Resolved['origins']): boolean {
  return origins.has('apiKey') || origins.has('apiKeyFile');
}

async function askForKey(world: World): Promise<Flags> {
  const text = 'API key (not shown; leave empty to name a file that contains it): ';
  const typed = await askSetting({ key: 'apiKey', text, fallback: '', secret: true }, world);
  if (typed !== '') return { apiKey: typed };
  const file = await askSetting({ key: 'apiKeyFile', text: 'File that contains the key: ' }, world);
  return { apiKeyFile: file };
}

interface Question {
  readonly key: SettingKey;
  readonly text: string;
  /** The value of an empty answer; without it, an answer is required. */
  readonly fallback?: string;
  readonly secret?: boolean;
}

/** Asks until the answer is valid for the setting. */
async function askSetting({ key, text, fallback, secret = false }: Question, world: World): Promise<string> {
  for (;;) {
    const answer = await ask(text, world, { secret });
    if (answer === '' && fallback !== undefined) return fallback;
    const parsed = settingTable[key].rule.read(answer, { kind: 'text', path: (written) => written });
    if (parsed.ok) return answer;
    await world.stderr.write(`  ${parsed.problem}\n`);
  }
}
