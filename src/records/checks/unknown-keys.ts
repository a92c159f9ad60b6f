import { formatCount } from '../../text.ts';
import { shortName } from '../columns/list-names.ts';
import { maxExamples, type RecordWarning, type WarningExample } from '../warnings.ts';

/** Bounds memory: further keys are counted together. */
const maxKeys = 1000;
/** Max keys that a warning names. */
const maxNames = 10;

/**
 * Counts the keys of JSON records outside Miso's user record that were sent as custom attributes by default.
 */
export class UnknownKeys {
  readonly #counts = new Map<string, number>();
  readonly #examples: WarningExample[] = [];
  #records = 0;

  /** Adds the keys of one valid record. */
  add(keys: readonly string[], example: WarningExample): void {
    this.#records += 1;
    if (this.#examples.length < maxExamples) this.#examples.push(example);
    for (const key of keys) {
      const count = this.#counts.get(key);
      if (count !== undefined || this.#counts.size < maxKeys) this.#counts.set(key, (count ?? 0) + 1);
    }
  }

  warning(): RecordWarning | undefined {
    if (this.#records === 0) return undefined;
    const byCount = [...this.#counts].sort(([, a], [, b]) => b - a);
    const names = byCount
      .slice(0, maxNames)
      .map(([key, count]) => `${shortName(key)} (${formatCount(count)})`);
    const more = byCount.length - names.length;
    return {
      code: 'unknown-key',
      message: `keys outside Miso's user record, sent as custom attributes: ${names.join(', ')}${more > 0 ? `, and ${more} more` : ''}`,
      count: this.#records,
      examples: this.#examples,
    };
  }
}
