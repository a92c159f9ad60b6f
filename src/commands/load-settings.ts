import { resolve } from 'node:path';
import type { GlobalOptions } from '../cli/options.ts';
import { type Resolved, resolveSettings } from '../config/resolve.ts';
import { mentionsDryRun } from '../config/sources/environment.ts';
import { UsageError } from '../errors.ts';
import type { World } from '../world.ts';

/** The settings in force for a command. Throws UsageError. `offline`: for commands that send nothing. */
export async function loadSettings(
  { flags, configPath, ignoredOptions = [] }: Pick<GlobalOptions, 'flags' | 'configPath' | 'ignoredOptions'>,
  world: World,
  options: { readonly offline?: boolean; readonly hashes?: boolean } = {},
): Promise<Resolved> {
  const { env, cwd, home } = world;
  const resolved = await resolveSettings({ flags, env, cwd, home, configPath, ignoredOptions, ...options });
  const { settings } = resolved;
  const key = settings.apiKey?.reveal();
  world.secrets.add(key);
  world.secrets.add(resolved.hashKey?.reveal());
  refuseKeyInParameters(settings.params, key);
  const dryRun = settings.dryRun || asksForDryRun(settings.params);
  const stateDir = settings.stateDir === undefined ? {} : { stateDir: resolve(cwd, settings.stateDir) };
  return { ...resolved, settings: { ...settings, dryRun, ...stateDir } };
}

/**
 * Whether a query parameter asks for a dry run, as scripts for Miso's own command line do. Any spelling and
 * any value but a plain no counts: a dry run that was meant must never store or delete. Throws UsageError if
 * it cannot be told.
 */
function asksForDryRun(params: Readonly<Record<string, string>>): boolean {
  return Object.entries(params).some(([name, value]) => {
    if (/^[^a-z]*dry[^a-z]*run[^a-z]*$/i.test(name)) return !/^(0|false|no|off)$/i.test(value.trim());
    if (!mentionsDryRun(name) && !mentionsDryRun(value)) return false;
    throw new UsageError(
      `The query parameter ${JSON.stringify(`${name}=${value}`)} does not start a dry run.`,
      {
        hint: 'Use --dry-run, or separate parameters by commas.',
      },
    );
  });
}

/** Parameters are part of the URL, which ends up in logs. */
function refuseKeyInParameters(params: Readonly<Record<string, string>>, key: string | undefined): void {
  if (key === undefined) return;
  const holdsKey = (text: string) => text === key || (key.length >= 8 && text.includes(key));
  const name = Object.keys(params).find((param) => holdsKey(param) || holdsKey(params[param] ?? ''));
  if (name === undefined) return;
  throw new UsageError('A query parameter contains the API key.', {
    hint: 'URLs end up in logs. Set MISO_API_KEY only: the key travels in a header.',
  });
}
