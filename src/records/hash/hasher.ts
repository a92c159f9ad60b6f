import { createHmac } from 'node:crypto';
import { hashMarker } from '../../contract/rejects-keys.ts';
import { UsageError } from '../../errors.ts';
import type { ColumnSettings } from '../column-settings.ts';

/** Replaces personal data with its HMAC-SHA-256 in hexadecimal. The same text always has the same hash. */
export class Hasher {
  readonly #key: string;
  /** The columns and keys whose values are hashed. */
  readonly columns: ReadonlySet<string>;
  /**
   * Marks a rejects file, which contains the original values, so that it can be uploaded only with the same
   * --hash and key.
   */
  readonly marker: string;

  constructor(columns: readonly string[], key: string) {
    this.#key = key;
    this.columns = new Set(columns);
    this.marker = hashMarker(this.hash(JSON.stringify(['columns', ...columns].sort())).slice(0, 12));
  }

  /** An empty text stays empty. */
  hash(text: string): string {
    return text === '' ? '' : createHmac('sha256', this.#key).update(text).digest('hex');
  }
}

/** Undefined if no column is to be hashed. Throws UsageError if there is one, but no key. */
export function createHasher(
  { hash = {} }: Pick<ColumnSettings, 'hash'>,
  key: string | undefined,
): Hasher | undefined {
  const columns = Object.keys(hash);
  if (columns.length === 0) return undefined;
  if (key !== undefined) return new Hasher(columns, key);
  throw new UsageError('--hash requires a key; nothing was sent.', {
    hint: 'Set MISO_HASH_KEY, or --hash-key-file to a file that contains the key. Keep the key: without it, no user is found again.',
  });
}
