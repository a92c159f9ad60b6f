const slots = 2 ** 17;
const fnvPrime = 16_777_619;
const fnvBasis = -2_128_831_035;

/**
 * Finds ids that differ from an earlier one only in case or Unicode form (é as one character or two). Memory
 * is fixed: in a table of hashes, newer ids replace older ones, so pairs that are far apart may be missed.
 */
export class IdCases {
  /**
   * Per slot: the hash of the id in lower case, and of the id itself. Allocated for the first id with
   * letters.
   */
  #table: Int32Array | undefined;

  /** Whether an earlier id differs only in form. */
  differs(id: string): boolean {
    let exact = fnvBasis;
    let folded = fnvBasis;
    let hasLetters = false;
    for (let index = 0; index < id.length; index += 1) {
      const code = id.charCodeAt(index);
      if (code > 127) return this.#compare(hashOf(id.normalize().toLowerCase()), hashOf(id));
      const isUpper = code >= 65 && code <= 90;
      hasLetters ||= isUpper || code >= 97;
      exact = Math.imul(exact ^ code, fnvPrime);
      folded = Math.imul(folded ^ (isUpper ? code + 32 : code), fnvPrime);
    }
    return hasLetters && this.#compare(folded, exact);
  }

  #compare(folded: number, exact: number): boolean {
    this.#table ??= new Int32Array(2 * slots);
    const slot = 2 * ((folded ^ (folded >>> 15)) & (slots - 1));
    // 0 marks an empty slot.
    const mark = folded === 0 ? 1 : folded;
    if (this.#table[slot] === mark) return this.#table[slot + 1] !== exact;
    this.#table[slot] = mark;
    this.#table[slot + 1] = exact;
    return false;
  }
}

function hashOf(text: string): number {
  let hash = fnvBasis;
  for (let index = 0; index < text.length; index += 1)
    hash = Math.imul(hash ^ text.charCodeAt(index), fnvPrime);
  return hash;
}
