import { escapeInvisible, quoteText, shorten } from '../../text.ts';

const maxLength = 40;

/** A value for display in a message: JSON-like, about 40 characters, safe for a terminal. */
export function show(value: unknown): string {
  if (typeof value === 'string') return quoteText(value);
  const text = preview(value, 0);
  return escapeInvisible(shorten(text, maxLength));
}

function preview(value: unknown, depth: number): string {
  if (typeof value === 'string') return quoteText(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (depth > 2) return Array.isArray(value) ? '[…]' : '{…}';
  const shown = Array.isArray(value)
    ? value.slice(0, 5).map((item) => preview(item, depth + 1))
    : Object.entries(value)
        .slice(0, 5)
        .map(([key, item]) => `${quoteText(key)}:${preview(item, depth + 1)}`);
  const more = (Array.isArray(value) ? value.length : Object.keys(value).length) > 5 ? ',…' : '';
  const inside = shown.join(',') + more;
  return Array.isArray(value) ? `[${inside}]` : `{${inside}}`;
}
