/** 64 bits of a keyed hash, as two unsigned 32-bit numbers: JavaScript has no faster 64-bit integer. */
export interface Fingerprint {
  readonly high: number;
  readonly low: number;
}

export function equalFingerprints(a: Fingerprint, b: Fingerprint): boolean {
  return a.high === b.high && a.low === b.low;
}

/** 16 hexadecimal digits. */
export function toHex({ high, low }: Fingerprint): string {
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0');
}

export function fromHex(text: string): Fingerprint {
  return { high: Number.parseInt(text.slice(0, 8), 16), low: Number.parseInt(text.slice(8, 16), 16) };
}
