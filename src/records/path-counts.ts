import { escapeInvisible, listOf, pluralize } from '../text.ts';

/** Max paths to count by name. Miso's record has a dozen. */
const maxPaths = 100;
/** Max paths to name in a message. */
const maxNamed = 10;

/** Counts records, or users, by the paths of their fields, in bounded memory. */
export class PathCounts {
  readonly #counts = new Map<string, number>();
  readonly #rest: string;

  /** `rest`: the name for all paths beyond the limit. */
  constructor(rest: 'other fields' | 'other keys') {
    this.#rest = rest;
  }

  add(paths: readonly string[]): void {
    for (const path of paths) {
      const name = this.#counts.has(path) || this.#counts.size < maxPaths ? path : this.#rest;
      this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
    }
  }

  get isEmpty(): boolean {
    return this.#counts.size === 0;
  }

  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  /** The first paths for a message: `city (2 records) and name (1 record)`. */
  list(noun: string): string {
    const named = [...this.#counts].slice(0, maxNamed);
    const texts = named.map(([path, count]) => `${escapeInvisible(path)} (${pluralize(count, noun)})`);
    const more = this.#counts.size - named.length;
    return more > 0 ? `${texts.join(', ')} and ${more} more` : listOf(texts, 'and');
  }
}
