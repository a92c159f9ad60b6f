import { UsageError } from '../errors.ts';
import type { Settings } from './settings.ts';
import type { Secret } from './sources/secret.ts';

/** The key, for a command that connects to Miso. Throws a UsageError that names the ways to give one. */
export function requireApiKey(settings: Settings): Secret {
  if (settings.apiKey !== undefined) return settings.apiKey;
  throw new UsageError('No API key was given, so nothing was sent.', {
    hint: 'Set MISO_API_KEY, or name a file that holds the key with MISO_API_KEY_FILE or apiKeyFile in .mirorc.',
  });
}
