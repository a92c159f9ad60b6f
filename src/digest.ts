/** The first `length` hexadecimal digits of the SHA-256 of a text; all 64 by default. */
export function digest(content: string | Buffer, length = 64): string {
  // Loaded here, because commands that hash nothing start faster without it.
  const { createHash } = process.getBuiltinModule('node:crypto');
  return createHash('sha256').update(content).digest('hex').slice(0, length);
}

/** Distinguishes keys without revealing them. */
export function keyFingerprint(key: string): string {
  return digest(`miso key ${key}`, 12);
}
