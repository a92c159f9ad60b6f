import type { SourceRecord } from '../../input/source.ts';
import { escapeInvisible } from '../../text.ts';
import type { AttributeType } from './attributes.ts';
import { InvalidValue } from './invalid-value.ts';

interface FirstSeen {
  readonly type: AttributeType;
  readonly file: string;
  readonly line: number;
}

/** The types of attributes that a record is the first to have. */
export type Settled = [name: string, type: AttributeType][];

/** Attributes beyond this number are left for Miso to compare, so that memory stays bounded. */
const maxAttributes = 10_000;

function fits(type: AttributeType, known: AttributeType): boolean {
  return type === known || type === 'any' || (type === 'a list' && known.startsWith('a list'));
}

/**
 * The type that each custom attribute has had so far in this run: Miso takes one type for each. Only records that
 * passed every check teach it, so that a rejected record never decides over its successors.
 */
export class AttributeTypes {
  readonly #first = new Map<string, FirstSeen>();

  /** Whether a type is the first of its attribute and would settle it. */
  settles(name: string, type: AttributeType): boolean {
    return type !== 'any' && type !== 'a list' && !this.#first.has(name) && this.#first.size < maxAttributes;
  }

  /** Keeps what a record settled, once it has passed. */
  learn(settled: Settled, source: SourceRecord): void {
    for (const [name, type] of settled) {
      if (this.settles(name, type))
        this.#first.set(name, { type, file: source.file.path, line: source.line });
    }
  }

  /** The fault of a value whose type differs from the one that the attribute had before. */
  conflict(name: string, type: AttributeType, value: unknown): InvalidValue | undefined {
    const known = this.#first.get(name);
    if (known === undefined || fits(type, known.type)) return undefined;
    return new InvalidValue(
      `expected ${known.type}, as in ${escapeInvisible(known.file)} line ${known.line}`,
      {
        value,
        hint: 'Miso takes one type for each custom attribute: make all records alike, in a CSV with --type.',
      },
    );
  }
}
