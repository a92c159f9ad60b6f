import type { Resolved } from '../../config/resolve.ts';
import { type SettingKey, settingTable } from '../../config/settings.ts';
import type { Flags } from '../../config/sources/flags.ts';
import type { World } from '../../world.ts';
import { ask } from '../ask.ts';

/** Asks for what the flags do not say. Resolves with all of it as flags, as if it had been typed. */
export async function askForSettings(
  flags: Flags,
  { settings, origins }: Resolved,
  world: World,
): Promise<Flags> {
  const server =
    flags.server ??
    (await askSetting(
      { key: 'server', text: `Server [${settings.server}]: `, usual: settings.server },
      world,
    ));
  const key = isGiven(origins) ? {} : await askForKey(world);
  const id = settings.columns.id ?? 'user_id';
  const column =
    flags['columns.id'] ??
    (await askSetting({ key: 'columns.id', text: `Column of the user id [${id}]: `, usual: id }, world));
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
  const text = 'Secret API key (not shown while you type; empty to name a file that holds it): ';
  const typed = await askSetting({ key: 'apiKey', text, usual: '', secret: true }, world);
  if (typed !== '') return { apiKey: typed };
  const file = await askSetting({ key: 'apiKeyFile', text: 'File that holds the key: ' }, world);
  return { apiKeyFile: file };
}

interface Question {
  readonly key: SettingKey;
  readonly text: string;
  /** What an empty answer stands for; without it an answer is needed. */
  readonly usual?: string;
  readonly secret?: boolean;
}

/** Asks until the answer is one that the setting takes. */
async function askSetting({ key, text, usual, secret = false }: Question, world: World): Promise<string> {
  for (;;) {
    const answer = await ask(text, world, { secret });
    if (answer === '' && usual !== undefined) return usual;
    const judged = settingTable[key].rule.read(answer, { kind: 'text', path: (written) => written });
    if (judged.ok) return answer;
    await world.stderr.write(`  ${judged.problem}\n`);
  }
}
