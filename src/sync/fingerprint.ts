import { hash } from 'node:crypto';
import { isObject } from '../contract/json.ts';
import { attributesField } from '../contract/user-fields.ts';

/** 64 bits of a keyed SHA-256, as two unsigned 32-bit numbers: JavaScript has no faster 64-bit integer. */
export interface Fingerprint {
  readonly high: number;
  readonly low: number;
}

/**
 * Fingerprints of ids and records, keyed with a salt, so that a state file reveals neither: testing whether a known
 * e-mail address is in it takes the salt, which is in the file, and only its owner can read that.
 */
export class Fingerprints {
  readonly #idPrefix: string;
  readonly #recordPrefix: string;

  /** @param salt Random hexadecimal digits, unique to one state. */
  constructor(salt: string) {
    this.#idPrefix = `${salt}i`;
    this.#recordPrefix = `${salt}r`;
  }

  ofId(id: string): Fingerprint {
    return fingerprint(this.#idPrefix + id);
  }

  /**
   * Of a user record, as JSON text. Records that Miso stores alike have the same fingerprint: neither the order of keys
   * counts, nor a key whose value is null, nor the form of a date.
   */
  ofRecord(json: string): Fingerprint {
    // Parsing rounds these, so that two different ones could look the same. Sorted, as the keys are.
    const longNumbers =
      json
        .match(/\d{16,}/g)
        ?.sort()
        .join() ?? '';
    return fingerprint(this.#recordPrefix + canonicalJson(asReturned(JSON.parse(json))) + longNumbers);
  }
}

const dateFields = ['created_at', 'updated_at'] as const;

/** A record such as Miso may return it: it writes dates in a form of its own, and leaves out empty attributes. */
function asReturned(record: unknown): unknown {
  if (!isObject(record)) return record;
  const changed: Record<string, unknown> = {};
  for (const field of dateFields) {
    const value = record[field];
    // A finer time than milliseconds is kept as it is.
    if (typeof value !== 'string' || /\.\d{4}/.test(value)) continue;
    const time = Date.parse(value);
    if (!Number.isNaN(time)) changed[field] = time;
  }
  const attributes = record[attributesField];
  if (isObject(attributes) && Object.values(attributes).every((value) => value === null))
    changed[attributesField] = null;
  return { ...record, ...changed };
}

function fingerprint(text: string): Fingerprint {
  // Hexadecimal output is twice as fast as a buffer.
  const digest = hash('sha256', text, 'hex');
  return { high: Number.parseInt(digest.slice(0, 8), 16), low: Number.parseInt(digest.slice(8, 16), 16) };
}

/** JSON with sorted keys and without keys whose value is null. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? 'null';
  const members = Object.keys(value)
    .sort()
    .filter((key) => value[key] !== null && value[key] !== undefined)
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key])}`);
  return `{${members.join(',')}}`;
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
