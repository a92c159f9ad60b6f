import { escapeInvisible } from '../../text.ts';

const maxNames = 20;

/** Names of columns or keys for a message. */
export function listNames(names: readonly string[]): string {
  if (names.length === 0) return 'none';
  const shown = names.slice(0, maxNames).map((name) => (name === '' ? '(no name)' : escapeInvisible(name)));
  const more = names.length - shown.length;
  return shown.join(', ') + (more > 0 ? `, and ${more} more` : '');
}
