import { UsageError } from '../errors.ts';
import type { Secret } from './secret.ts';
import type { Settings } from './settings.ts';

export const missingKeyHint =
  'Set MISO_API_KEY, or set MISO_API_KEY_FILE or apiKeyFile in .mirorc to a file that contains the key.';

/** The key, for commands that connect to Miso. Throws a UsageError that says how to provide one. */
export function requireApiKey(settings: Settings): Secret {
  if (settings.apiKey !== undefined) return settings.apiKey;
  throw new UsageError('No API key is set; nothing was sent.', { hint: missingKeyHint });
}
