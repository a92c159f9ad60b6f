import type { GlobalOptions } from '../cli/options.ts';
import { type Resolved, resolveSettings } from '../config/resolve.ts';
import { UsageError } from '../errors.ts';
import type { World } from '../world.ts';

/** The settings in force for a command. Throws UsageError. `offline`: for commands that send nothing. */
export async function loadSettings(
  { flags, configPath }: Pick<GlobalOptions, 'flags' | 'configPath'>,
  world: World,
  options: { readonly offline?: boolean } = {},
): Promise<Resolved> {
  const { env, cwd, home } = world;
  const resolved = await resolveSettings({ flags, env, cwd, home, configPath, offline: options.offline });
  const { settings } = resolved;
  const key = settings.apiKey?.reveal();
  world.secrets.add(key);
  refuseKeyInParameters(settings.params, key);
  // Miso's own command line asks for a dry run by this parameter: nothing may be stored or deleted then.
  const dryRun = /^(1|true|yes|on)$/i.test(settings.params['dry_run'] ?? '');
  return dryRun ? { ...resolved, settings: { ...settings, dryRun } } : resolved;
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
