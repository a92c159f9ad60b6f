import type { Limit } from '../../contract/limit.ts';
import { type JsonSchema, type Rule, unexpected, valid } from './rule.ts';

const secondsIn: Readonly<Record<string, number>> = { ms: 0.001, '': 1, s: 1, m: 60, h: 3600 };
const maxSeconds = 86_400;

/** A duration, in seconds; units are `ms`, `s`, `m` and `h`. */
export const duration: Rule<number> = {
  expected: 'a time above 0 and up to 24h, in seconds or as 500ms, 60s, 2m, 1h',
  schema: textOrNumber('^\\s*[0-9]+(\\.[0-9]+)?\\s*([mM]?[sS]|[mM]|[hH])?\\s*$'),
  read(value) {
    const [, digits, unit] = parts(value);
    const seconds = Number(digits) * (secondsIn[unit ?? ''] ?? Number.NaN);
    return seconds >= 0.001 && seconds <= maxSeconds ? valid(seconds) : unexpected(duration.expected, value);
  },
};

const ageUnits: Readonly<Record<string, number>> = { ...secondsIn, d: 86_400, w: 7 * 86_400 };
const maxAgeSeconds = 10 * 366 * 86_400;

/** A longer duration, in seconds; units are `s`, `m`, `h`, `d` and `w`. */
export const age: Rule<number> = {
  expected: 'a time of up to 10 years, in seconds or as 30m, 12h, 30d, 4w',
  schema: textOrNumber('^\\s*[0-9]+(\\.[0-9]+)?\\s*([mM]?[sS]|[mMhHdDwW])?\\s*$'),
  read(value) {
    const [, digits, unit] = parts(value);
    const seconds = Number(digits) * (ageUnits[unit ?? ''] ?? Number.NaN);
    return seconds >= 0 && seconds <= maxAgeSeconds ? valid(seconds) : unexpected(age.expected, value);
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
const minBytes = 64;
const maxBytes = 100 * 1024 ** 2;

/** A size in bytes. `k`, `KiB`, `m` and `MiB` are powers of 1024, `kB` and `MB` powers of 1000. */
export const size: Rule<number> = {
  expected: `a size from ${minBytes} bytes to 100MiB, in bytes or as 512k, 1MiB`,
  schema: textOrNumber('^\\s*[0-9]+(\\.[0-9]+)?\\s*([kKmM]([iI]?[bB])?|[bB])?\\s*$'),
  read(value) {
    const bytes = bytesOf(value);
    return bytes >= minBytes && bytes <= maxBytes ? valid(bytes) : unexpected(size.expected, value);
  },
};

/** NaN if a value is not a size, or is a fraction of a byte. */
function bytesOf(value: unknown): number {
  const [, digits, unit] = parts(value);
  if (unit === '' && !Number.isInteger(Number(digits))) return Number.NaN;
  return Math.floor(Number(digits) * (bytesIn[unit ?? ''] ?? Number.NaN));
}

/** A number of bytes per second, written as a size. */
export const byteRate: Rule<number> = {
  expected: `bytes per second above 0, as a number or as 512k, 1MiB`,
  schema: size.schema,
  read(value) {
    const bytes = bytesOf(value);
    return bytes > 0 ? valid(bytes) : unexpected(byteRate.expected, value);
  },
};

/** A number, or a percentage such as `5%`. */
export const limit: Rule<Limit> = {
  expected: 'a whole number, or a percentage such as 5%, up to 100%',
  schema: textOrNumber('^\\s*[0-9]+(\\.[0-9]+)?\\s*%?\\s*$'),
  read(value) {
    const [, digits, unit] = parts(value);
    const number = Number(digits);
    if (unit === '%' && number <= 100) return valid({ percent: number });
    if (unit === '' && Number.isSafeInteger(number)) return valid({ count: number });
    return unexpected(limit.expected, value);
  },
};

/** The schema of an amount with its unit, or of a plain number. */
function textOrNumber(pattern: string): JsonSchema {
  return { type: ['string', 'number'], pattern, minimum: 0 };
}

/** An unsigned number and its unit in lower case; empty for any other value. */
function parts(value: unknown): readonly string[] {
  const written = typeof value === 'number' || typeof value === 'string' ? String(value) : '';
  return /^\s*(\d+(?:\.\d+)?)\s*([a-z%]*)\s*$/.exec(written.toLowerCase()) ?? [];
}
