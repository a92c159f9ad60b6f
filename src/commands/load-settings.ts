import type { GlobalOptions } from '../cli/options.ts';
import { type Resolved, resolveSettings } from '../config/resolve.ts';
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
  // Miso's own command line asks for a dry run by this parameter: nothing may be stored or deleted then.
  const dryRun = /^(1|true|yes|on)$/i.test(settings.params['dry_run'] ?? '');
  return dryRun ? { ...resolved, settings: { ...settings, dryRun } } : resolved;
}
