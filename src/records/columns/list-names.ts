import { escapeInvisible, shorten } from '../../text.ts';

const maxNames = 20;

const maxNameLength = 60;

/** Formats the name of a column or key for a message. */
export function shortName(name: string): string {
  return name === '' ? '(no name)' : escapeInvisible(shorten(name, maxNameLength));
}

/** Formats names of columns or keys for a message. */
export function listNames(names: readonly string[]): string {
  if (names.length === 0) return 'none';
  const shown = names.slice(0, maxNames).map(shortName);
  const more = names.length - shown.length;
  return shown.join(', ') + (more > 0 ? `, and ${more} more` : '');
}
