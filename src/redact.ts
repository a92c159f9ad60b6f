/** Replaces secrets in a text with `***`. */
export type Redact = (text: string) => string;

export const noRedaction: Redact = (text) => text;

/** Shorter keys occur only in trials, and inside too many words. */
const minLength = 4;
/** From this length on, no word contains the key by chance. */
const uniqueLength = 8;

/** Redacts a key in all its spellings: as it is, percent-encoded, in JSON. */
export function redactKey(apiKey: string): Redact {
  if (apiKey.length < minLength) return noRedaction;
  const spellings = new Set([apiKey, encodeURIComponent(apiKey), JSON.stringify(apiKey).slice(1, -1)]);
  const any = [...spellings].map((spelling) => spelling.replace(/[^\w%]/g, '\\$&')).join('|');
  const pattern = new RegExp(apiKey.length < uniqueLength ? `(?<!\\w)(?:${any})(?!\\w)` : any, 'g');
  return (text) => text.replace(pattern, '***');
}
