import { hash } from 'node:crypto';
import { isObject, toJson } from '../contract/json.ts';
import { attributesField } from '../contract/user-fields.ts';

/** 64 bits of a keyed hash, as two unsigned 32-bit numbers: JavaScript has no faster 64-bit integer. */
export interface Fingerprint {
  readonly high: number;
  readonly low: number;
}

/**
 * Fingerprints of ids and records, keyed with a salt, so that a state file reveals neither: testing whether a known
 * e-mail address is in it takes the salt, which is in the file, and only its owner can read that.
 */
export class Fingerprints {
  readonly #idSeed: Seed;
  readonly #recordSeed: Seed;

  /** @param salt Random hexadecimal digits, unique to one state. */
  constructor(salt: string) {
    this.#idSeed = seedOf(`${salt}i`);
    this.#recordSeed = seedOf(`${salt}r`);
  }

  ofId(id: string): Fingerprint {
    return fingerprint(this.#idSeed, id);
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
    return fingerprint(this.#recordSeed, canonicalJson(asReturned(JSON.parse(json))) + longNumbers);
  }
}

const dateFields = ['created_at', 'updated_at'] as const;

/** Changes a record to the form in which Miso may return it: dates in a form of its own, and no empty attributes. */
function asReturned(record: unknown): unknown {
  if (!isObject(record)) return record;
  const changed = record as Record<string, unknown>;
  for (const field of dateFields) {
    const value = record[field];
    // A finer time than milliseconds is kept as it is.
    if (typeof value !== 'string' || /\.\d{4}/.test(value)) continue;
    const time = Date.parse(value);
    if (!Number.isNaN(time)) changed[field] = time;
  }
  const attributes = record[attributesField];
  if (isObject(attributes) && Object.values(attributes).every((value) => value === null))
    delete changed[attributesField];
  return record;
}

/**
 * Two 32-bit hashes (cyrb53 with its final mixing) that begin with the salt. SHA-256 takes ten times as long, and would
 * hide no more: whoever can read the file has the salt.
 */
function fingerprint(seed: Seed, text: string): Fingerprint {
  let { a, b } = seed;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
    a = (a << 13) | (a >>> 19);
    b = (b << 15) | (b >>> 17);
  }
  const high = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  const low = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return { high: high >>> 0, low: low >>> 0 };
}

interface Seed {
  readonly a: number;
  readonly b: number;
}

/** 64 bits of a SHA-256. */
function seedOf(text: string): Seed {
  const digest = hash('sha256', text, 'buffer');
  return { a: digest.readInt32LE(0), b: digest.readInt32LE(4) };
}

/** JSON with sorted keys and without keys whose value is null. Loops, because this runs for each record of the input. */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'string') return toJson(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? 'null';
  let text = '';
  for (const key of Object.keys(value).sort()) {
    const member = value[key];
    if (member === null || member === undefined) continue;
    text += `${text === '' ? '' : ','}${toJson(key)}:${canonicalJson(member)}`;
  }
  return `{${text}}`;
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
