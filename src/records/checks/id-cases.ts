const slots = 2 ** 17;
const fnvPrime = 16_777_619;
const fnvBasis = -2_128_831_035;

function hashOf(text: string): number {
  let hash = fnvBasis;
  for (let index = 0; index < text.length; index += 1)
    hash = Math.imul(hash ^ text.charCodeAt(index), fnvPrime);
  return hash;
}

/**
 * Notices an id that came before in another case. Memory is fixed: a table of hashes in which a newer id takes the
 * place of an older one, so that far-apart pairs may be missed.
 */
export class IdCases {
  /** For each slot the hash of the id in lower case, and the hash of the id as it was; made for the first letter. */
  #table: Int32Array | undefined;

  /** Whether the same letters were seen before in another case. */
  differs(id: string): boolean {
    let exact = fnvBasis;
    let folded = fnvBasis;
    let cased = false;
    for (let index = 0; index < id.length; index += 1) {
      const code = id.charCodeAt(index);
      if (code > 127) return this.#compare(hashOf(id.toLowerCase()), hashOf(id));
      const isUpper = code >= 65 && code <= 90;
      cased ||= isUpper || code >= 97;
      exact = Math.imul(exact ^ code, fnvPrime);
      folded = Math.imul(folded ^ (isUpper ? code + 32 : code), fnvPrime);
    }
    return cased && this.#compare(folded, exact);
  }

  #compare(folded: number, exact: number): boolean {
    this.#table ??= new Int32Array(2 * slots);
    const slot = 2 * ((folded ^ (folded >>> 15)) & (slots - 1));
    // Zero marks an empty slot, so a hash of zero is moved aside.
    const mark = folded === 0 ? 1 : folded;
    if (this.#table[slot] === mark) return this.#table[slot + 1] !== exact;
    this.#table[slot] = mark;
    this.#table[slot + 1] = exact;
    return false;
  }
}
