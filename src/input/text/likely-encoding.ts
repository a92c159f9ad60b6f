import { supported } from './encoding.ts';

/** A guess at the encoding of bytes that are not UTF-8, as a WHATWG name; a hint for people, never acted upon. */
export async function likelyEncoding(sample: Buffer): Promise<string | undefined> {
  const { analyse } = await import('chardet');
  for (const { name } of analyse(sample.subarray(0, 32 * 1024))) {
    const encoding = supported(name);
    if (encoding !== undefined && encoding !== 'utf-8' && !encoding.startsWith('utf-16')) return encoding;
  }
  return undefined;
}
