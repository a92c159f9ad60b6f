import { good, type Rule, unexpected } from './rule.ts';

const secondsIn: Readonly<Record<string, number>> = { ms: 0.001, '': 1, s: 1, m: 60, h: 3600 };
const longest = 86_400;

/** A length of time in seconds; `500ms`, `60s`, `2m` and `1h` carry their unit. */
export const duration: Rule<number> = {
  expected: 'a time above 0 and up to 24h, in seconds or as 500ms, 60s, 2m, 1h',
  read(value) {
    const [, digits, unit] = parts(value);
    const seconds = Number(digits) * (secondsIn[unit ?? ''] ?? Number.NaN);
    return seconds >= 0.001 && seconds <= longest ? good(seconds) : unexpected(duration.expected, value);
  },
};

const bytesIn: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1024,
  kib: 1024,
  kb: 1000,
  m: 1024 ** 2,
  mib: 1024 ** 2,
  mb: 1000 ** 2,
};
const fewestBytes = 64;
const mostBytes = 100 * 1024 ** 2;

/** A size in bytes; `512k` and `1MiB` count in steps of 1024, `1MB` in steps of 1000. */
export const size: Rule<number> = {
  expected: `a size from ${fewestBytes} bytes to 100MiB, in bytes or as 512k, 1MiB`,
  read(value) {
    const [, digits, unit] = parts(value);
    const bytes = Math.floor(Number(digits) * (bytesIn[unit ?? ''] ?? Number.NaN));
    const fits = bytes >= fewestBytes && bytes <= mostBytes;
    const broken = unit === '' && !Number.isInteger(Number(digits));
    return fits && !broken ? good(bytes) : unexpected(size.expected, value);
  },
};

/** The most records that may be rejected before a run stops. */
export type RejectLimit = { readonly count: number } | { readonly percent: number };

/** A number of records, or a share of them as `5%`. */
export const rejectLimit: Rule<RejectLimit> = {
  expected: 'a whole number of records, or a share such as 5%, up to 100%',
  read(value) {
    const [, digits, unit] = parts(value);
    const number = Number(digits);
    if (unit === '%' && number <= 100) return good({ percent: number });
    if (unit === '' && Number.isSafeInteger(number)) return good({ count: number });
    return unexpected(rejectLimit.expected, value);
  },
};

/** A number without sign and its unit in lower case, or nothing at all. */
function parts(value: unknown): readonly string[] {
  const written = typeof value === 'number' || typeof value === 'string' ? String(value) : '';
  return /^\s*(\d+(?:\.\d+)?)\s*([a-z%]*)\s*$/.exec(written.toLowerCase()) ?? [];
}
