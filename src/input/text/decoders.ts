import { isAscii } from 'node:buffer';
import { TextDecoder } from 'node:util';
import type { Encoding } from './encoding.ts';
import { validUtf8Bytes, wholeUtf8Bytes } from './utf8.ts';

/** Bytes that are not text in the encoding. */
interface Fault {
  /** Offset of the first such byte in the file; absent if the decoder does not report it. */
  readonly offset?: number;
  /** Surrounding bytes, to guess the encoding. */
  readonly sample?: Buffer;
  /** The input ended in the middle of a character. */
  readonly cut?: boolean;
}

/** Decodes an input chunk by chunk. The text before a fault is returned by the call that sets `fault`. */
interface ChunkDecoder {
  fault: Fault | undefined;
  decode(chunk: Buffer): string;
  end(): string;
}

export function createDecoder({ name, bomBytes }: Encoding): ChunkDecoder {
  if (name === 'utf-8') return new Utf8Decoder(bomBytes);
  return name.startsWith('utf-16')
    ? new Utf16Decoder(name === 'utf-16be', bomBytes)
    : new LegacyDecoder(name);
}

class Utf8Decoder implements ChunkDecoder {
  fault: Fault | undefined;
  #offset: number;
  /** The start of a character that the next chunk completes. */
  #carry: Buffer = Buffer.alloc(0);

  constructor(offset: number) {
    this.#offset = offset;
  }

  decode(chunk: Buffer): string {
    const block = this.#carry.length > 0 ? Buffer.concat([this.#carry, chunk]) : chunk;
    const whole = block.subarray(0, wholeUtf8Bytes(block));
    const valid = validUtf8Bytes(whole);
    if (valid < whole.length) {
      this.fault = { offset: this.#offset + valid, sample: block.subarray(Math.max(0, valid - 8192)) };
      return whole.toString('utf8', 0, valid);
    }
    // A copy, because the memory of the chunk is reused.
    this.#carry = Buffer.from(block.subarray(whole.length));
    this.#offset += whole.length;
    // Latin-1 keeps one byte per character and is faster for plain ASCII.
    return whole.toString(isAscii(whole) ? 'latin1' : 'utf8');
  }

  end(): string {
    if (this.#carry.length > 0) this.fault = { offset: this.#offset, cut: true };
    return '';
  }
}

class Utf16Decoder implements ChunkDecoder {
  fault: Fault | undefined;
  readonly #bigEndian: boolean;
  #offset: number;
  #carry: Buffer = Buffer.alloc(0);

  constructor(bigEndian: boolean, offset: number) {
    this.#bigEndian = bigEndian;
    this.#offset = offset;
  }

  decode(chunk: Buffer): string {
    const block = Buffer.concat([this.#carry, chunk]);
    let whole = block.length & ~1;
    // A high surrogate at the end waits for its other half.
    if (whole >= 2 && (block[this.#bigEndian ? whole - 2 : whole - 1]! & 0xfc) === 0xd8) whole -= 2;
    // The block is a copy, so its bytes may be swapped in place.
    const units = this.#bigEndian ? block.subarray(0, whole).swap16() : block.subarray(0, whole);
    const text = units.toString('utf16le');
    const bad = firstLoneSurrogate(text);
    if (bad !== -1) {
      this.fault = { offset: this.#offset + 2 * bad, sample: block };
      return text.slice(0, bad);
    }
    this.#carry = block.subarray(whole);
    this.#offset += whole;
    return text;
  }

  end(): string {
    if (this.#carry.length > 0) this.fault = { offset: this.#offset, cut: true };
    return '';
  }
}

class LegacyDecoder implements ChunkDecoder {
  fault: Fault | undefined;
  /** Absent for windows-1252. */
  readonly #decoder: TextDecoder | undefined;

  constructor(name: string) {
    this.#decoder = name === 'windows-1252' ? undefined : new TextDecoder(name);
  }

  decode(chunk: Buffer): string {
    return this.#checked(this.#decoder?.decode(chunk, { stream: true }) ?? decodeWindows1252(chunk));
  }

  end(): string {
    return this.#checked(this.#decoder?.decode() ?? '');
  }

  #checked(text: string): string {
    // U+FFFD is not valid data in these encodings: it marks a byte that cannot be decoded.
    const bad = text.indexOf('\ufffd');
    if (bad === -1) return text;
    this.fault = {};
    return text.slice(0, bad);
  }
}

const windows1252 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

/** Implemented here because several releases of Node decode 0x80 to 0x9F of this encoding incorrectly. */
function decodeWindows1252(chunk: Buffer): string {
  return chunk
    .toString('latin1')
    .replace(/[\x80-\x9f]/g, (character) => windows1252[character.charCodeAt(0) - 0x80]!);
}

function firstLoneSurrogate(text: string): number {
  return text.search(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/);
}
