import type { SourceRecord } from '../../input/source.ts';
import { exampleOf, maxExamples, type RecordWarning, type WarningExample } from '../warnings.ts';

const maxLength = 20;
const digitsOnly = /^\d+$/;

/** Statistics of digit-only ids of one length. */
interface LengthCount {
  /** The number of ids with a leading zero. */
  padded: number;
  plain: number;
  /** The first id without a leading zero. */
  readonly examples: WarningExample[];
}

/** Finds digit-only ids that may have lost their leading zeros: 123 among ids such as 00042. */
export class LeadingZeros {
  readonly #lengths: LengthCount[] = Array.from({ length: maxLength + 1 }, () => ({
    padded: 0,
    plain: 0,
    examples: [],
  }));

  add(id: string, source: SourceRecord): void {
    const length = this.#lengths[id.length];
    if (length === undefined || !digitsOnly.test(id)) return;
    if (id.startsWith('0') && id.length > 1) {
      length.padded += 1;
      return;
    }
    length.plain += 1;
    if (length.examples.length < maxExamples) length.examples.push(exampleOf(id, source));
  }

  /** Counts the ids that are shorter than the most common padded length. Call it after all ids were added. */
  warning(): RecordWarning | undefined {
    const mostPadded = Math.max(...this.#lengths.map(({ padded }) => padded));
    if (mostPadded === 0) return undefined;
    const usualLength = this.#lengths.findIndex(({ padded }) => padded === mostPadded);
    const shorter = this.#lengths.slice(0, usualLength);
    const count = shorter.reduce((sum, { plain }) => sum + plain, 0);
    if (count === 0) return undefined;
    return {
      code: 'id-leading-zeros',
      message: `user ids with fewer than the usual ${usualLength} digits: leading zeros may be lost`,
      count,
      examples: shorter.flatMap(({ examples }) => examples).slice(0, maxExamples),
    };
  }
}
