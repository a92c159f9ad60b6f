/**
 * How often one call failed, and when it is time to give it up. A call that is only asked to come later (429) has done
 * nothing wrong: it waits its turn for as long as others succeed.
 */
export class Failures {
  readonly #most: { readonly own: number; readonly throttled: number };
  #own = 0;
  #throttled = 0;
  /** Successes of all calls when this one began, or failed last. */
  #successes: number;
  #othersSucceed = false;

  constructor(most: { readonly own: number; readonly throttled: number }, successes: number) {
    this.#most = most;
    this.#successes = successes;
  }

  /** Whether any other call succeeded between the last two failures. */
  get othersSucceed(): boolean {
    return this.#othersSucceed;
  }

  /** Counts a failure. Returns how many there were in a row, or undefined when there is to be no further try. */
  add(throttled: boolean, successes: number): number | undefined {
    this.#othersSucceed = successes > this.#successes;
    this.#successes = successes;
    if (!throttled) return ++this.#own > this.#most.own ? undefined : this.#own;
    this.#throttled = this.#othersSucceed ? 0 : this.#throttled + 1;
    return this.#throttled > this.#most.throttled ? undefined : Math.max(1, this.#throttled);
  }
}
