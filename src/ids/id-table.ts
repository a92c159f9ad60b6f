/** An id in a table. */
export type Entry = number;

/** Text is kept in chunks of this size, so that a table grows without being copied. */
const chunkBytes = 1 << 24;
const maxChunks = 256;
const firstSlots = 1 << 12;
/**
 * Flags 1 to 64 are for the caller. This flag: the id has characters beyond Latin-1 and is kept as UTF-16.
 */
const wide = 128;
/** Header of an entry: flags and length. The text follows. */
const headBytes = 5;

interface Chunk {
  readonly bytes: Buffer;
  used: number;
}

/**
 * A set of ids in insertion order, each with a few flags. It compares the text itself, not only its hash, and
 * takes about 12 bytes per id in addition to the text. A Set of strings takes 80.
 */
export class IdTable {
  readonly #chunks: Chunk[] = [];
  /** Entries by the hash of their id, each plus 1; 0 is an empty slot. */
  #slots = new Uint32Array(firstSlots);
  #size = 0;
  /** Whether `find` created a new entry. */
  #vacancy = 0;

  get size(): number {
    return this.#size;
  }

  /** The entry of an id. */
  find(id: string): Entry | undefined {
    const mask = this.#slots.length - 1;
    for (let slot = hashOf(id) & mask; ; slot = (slot + 1) & mask) {
      const entry = this.#slots[slot]!;
      if (entry === 0) {
        this.#vacancy = slot;
        return undefined;
      }
      if (this.#holds(entry - 1, id)) return entry - 1;
    }
  }

  /** Adds an id that may already exist. */
  add(id: string): Entry {
    const found = this.find(id);
    if (found !== undefined) return found;
    const entry = this.#append(id);
    this.#slots[this.#vacancy] = entry + 1;
    this.#size++;
    // At most two thirds of the slots are used.
    if (3 * this.#size > 2 * this.#slots.length) this.#grow();
    return entry;
  }

  has(entry: Entry, flag: number): boolean {
    const { bytes, at } = this.#locate(entry);
    return (bytes[at]! & flag) === flag;
  }

  set(entry: Entry, flag: number): void {
    const { bytes, at } = this.#locate(entry);
    bytes[at]! |= flag;
  }

  clear(entry: Entry, flag: number): void {
    const { bytes, at } = this.#locate(entry);
    bytes[at]! &= ~flag;
  }

  idOf(entry: Entry): string {
    const { bytes, at } = this.#locate(entry);
    return textAt(bytes, at);
  }

  /** The entries that have all of `flags` and none of `without`, in insertion order. */
  *entries(flags = 0, without = 0): Generator<Entry> {
    for (const [index, { bytes, used }] of this.#chunks.entries()) {
      for (let at = 0; at < used; at += headBytes + lengthAt(bytes, at)) {
        const own = bytes[at]!;
        if ((own & flags) === flags && (own & without) === 0) yield index * chunkBytes + at;
      }
    }
  }

  #locate(entry: Entry): { readonly bytes: Buffer; readonly at: number } {
    return { bytes: this.#chunks[Math.floor(entry / chunkBytes)]!.bytes, at: entry % chunkBytes };
  }

  #holds(entry: Entry, id: string): boolean {
    const bytes = this.#chunks[Math.floor(entry / chunkBytes)]!.bytes;
    const at = entry % chunkBytes;
    const isWide = (bytes[at]! & wide) !== 0;
    if (lengthAt(bytes, at) !== (isWide ? 2 * id.length : id.length)) return false;
    if (isWide) return textAt(bytes, at) === id;
    for (let n = 0; n < id.length; n++) if (bytes[at + headBytes + n] !== id.charCodeAt(n)) return false;
    return true;
  }

  #append(id: string): Entry {
    const isWide = hasWideCharacter(id);
    const length = isWide ? 2 * id.length : id.length;
    const chunk = this.#chunkFor(headBytes + length);
    const { bytes, used: at } = chunk;
    bytes[at] = isWide ? wide : 0;
    bytes.writeUInt32LE(length, at + 1);
    bytes.write(id, at + headBytes, isWide ? 'utf16le' : 'latin1');
    chunk.used += headBytes + length;
    return (this.#chunks.length - 1) * chunkBytes + at;
  }

  /** A chunk with room for this many bytes. */
  #chunkFor(length: number): Chunk {
    const last = this.#chunks.at(-1);
    if (last !== undefined && last.used + length <= last.bytes.length) return last;
    if (this.#chunks.length >= maxChunks) throw new RangeError('more than 4 GB of ids');
    const chunk = { bytes: Buffer.allocUnsafeSlow(Math.max(chunkBytes, length)), used: 0 };
    this.#chunks.push(chunk);
    return chunk;
  }

  #grow(): void {
    const slots = new Uint32Array(2 * this.#slots.length);
    this.#slots = slots;
    const mask = slots.length - 1;
    for (const entry of this.entries()) {
      const { bytes, at } = this.#locate(entry);
      let slot = hashAt(bytes, at) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = entry + 1;
    }
  }
}

function lengthAt(bytes: Buffer, at: number): number {
  // Buffer.readUInt32LE would take twice as long as a whole search.
  return bytes[at + 1]! + bytes[at + 2]! * 2 ** 8 + bytes[at + 3]! * 2 ** 16 + bytes[at + 4]! * 2 ** 24;
}

function textAt(bytes: Buffer, at: number): string {
  const encoding = (bytes[at]! & wide) === 0 ? 'latin1' : 'utf16le';
  return bytes.toString(encoding, at + headBytes, at + headBytes + lengthAt(bytes, at));
}

function hasWideCharacter(id: string): boolean {
  for (let n = 0; n < id.length; n++) if (id.charCodeAt(n) > 0xff) return true;
  return false;
}

/** 32 bits of MurmurHash3, over the characters. */
function hashOf(id: string): number {
  let hash = id.length;
  for (let n = 0; n < id.length; n++) hash = mix(hash, id.charCodeAt(n));
  return finish(hash);
}

/** The hash of the id of an entry, without creating a string. */
function hashAt(bytes: Buffer, at: number): number {
  const start = at + headBytes;
  const end = start + lengthAt(bytes, at);
  if (bytes[at]! & wide) return hashOf(textAt(bytes, at));
  let hash = end - start;
  for (let n = start; n < end; n++) hash = mix(hash, bytes[n]!);
  return finish(hash);
}

function mix(hash: number, character: number): number {
  const part = Math.imul(character, 0xcc9e2d51);
  const mixed = hash ^ Math.imul((part << 15) | (part >>> 17), 0x1b873593);
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}

function finish(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
