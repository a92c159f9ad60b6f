import { createHash } from 'node:crypto';

/** The first `length` hexadecimal digits of the SHA-256 of a text; all 64 by default. */
export function digest(content: string | Buffer, length = 64): string {
  return createHash('sha256').update(content).digest('hex').slice(0, length);
}
