import type { SourceRecord } from '../../input/source.ts';
import type { RecordWarning, WarningExample } from '../warnings.ts';
import { exampleOf, maxExamples } from '../warnings.ts';

const longest = 20;
const digitsOnly = /^\d+$/;

/** How many digit-only ids of one length there were, and the first of those without a leading zero. */
interface Length {
  padded: number;
  plain: number;
  readonly examples: WarningExample[];
}

/** Notices digit-only ids that are shorter than the padded ones beside them: 123 where 00042 shows how ids look. */
export class LeadingZeros {
  readonly #lengths: Length[] = Array.from({ length: longest + 1 }, () => ({
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

  /** The warning, once the whole input was seen: what is shorter than the commonest padded length lost its zeros. */
  warning(): RecordWarning | undefined {
    const most = Math.max(...this.#lengths.map(({ padded }) => padded));
    if (most === 0) return undefined;
    const usual = this.#lengths.findIndex(({ padded }) => padded === most);
    const shorter = this.#lengths.slice(0, usual);
    const count = shorter.reduce((sum, { plain }) => sum + plain, 0);
    if (count === 0) return undefined;
    return {
      code: 'id-leading-zeros',
      message: `user ids shorter than the ${usual} digits that others fill up with zeros: their leading zeros may be lost`,
      count,
      examples: shorter.flatMap(({ examples }) => examples).slice(0, maxExamples),
    };
  }
}
