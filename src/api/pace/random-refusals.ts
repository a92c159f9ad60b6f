/** Refusals may be random if fewer calls than this share are refused… */
const maxShare = 0.12;
/** …although the rate fell to this share, or for this many calls, which double with each search in vain. */
const suspicious = { fall: 0.5, calls: 200 } as const;

/**
 * Suspects refusals that do not depend on the rate, such as those of a server that refuses calls at random.
 * Lowering the rate does not help then, so it is worth searching for a limit above it again.
 */
export class RandomRefusals {
  #since = { rate: 0, accepted: 0, refused: 0 };
  #calls: number = suspicious.calls;

  accepted(): void {
    this.#since.accepted++;
  }

  refused(): void {
    this.#since.refused++;
  }

  /** A limit was found. */
  found(rate: number): void {
    this.#since = { rate, accepted: 0, refused: 0 };
  }

  /** Another search found a limit as well, so the next one is not worthwhile soon. */
  foundAgain(rate: number): void {
    this.found(rate * suspicious.fall);
    this.#calls *= 2;
  }

  /** The rate was lowered. Returns whether the limit should be searched again. */
  isSuspected(rate: number, isShared: boolean): boolean {
    const since = this.#since;
    const calls = since.accepted + since.refused;
    const hasFallen = rate <= suspicious.fall * since.rate;
    if (!hasFallen && !(isShared && calls >= this.#calls)) return false;
    this.found(rate);
    return since.refused <= maxShare * calls;
  }
}
