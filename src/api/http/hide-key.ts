import type { Hide } from './reply.ts';

/** Shorter keys exist in trials only, and are part of too many words to be taken out of them. */
const shortest = 4;
/** From this length on no word holds the key by chance. */
const unmistakable = 8;

/** Puts `***` in the place of the key in what a server says, for one that repeats the request in its answer. */
export function hideKey(apiKey: string): Hide {
  if (apiKey.length < shortest) return (text) => text;
  const spellings = new Set([apiKey, encodeURIComponent(apiKey), JSON.stringify(apiKey).slice(1, -1)]);
  const any = [...spellings].map((spelling) => spelling.replace(/[^\w%]/g, '\\$&')).join('|');
  const pattern = new RegExp(apiKey.length < unmistakable ? `(?<!\\w)(?:${any})(?!\\w)` : any, 'g');
  return (text) => text.replace(pattern, '***');
}
