import type { Common } from '../cli/actions.ts';
import { type Resolved, resolveSettings } from '../config/resolve.ts';
import type { World } from '../world.ts';

/** The settings in force for a command. Throws UsageError. `offline`: for commands that talk to nobody. */
export function settingsOf(
  { flags, configPath }: Common,
  world: World,
  options: { readonly offline?: boolean } = {},
): Promise<Resolved> {
  const { env, cwd, home } = world;
  return resolveSettings({ flags, env, cwd, home, configPath, offline: options.offline });
}
