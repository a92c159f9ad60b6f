import type { SourceRecord } from '../../input/source.ts';
import { escapeInvisible } from '../../text.ts';
import type { AttributeType } from './attributes.ts';
import { InvalidValue } from './invalid-value.ts';

interface FirstSeen {
  readonly type: AttributeType;
  readonly file: string;
  readonly line: number;
}

/** Attributes whose type is seen for the first time. */
export type NewTypes = [name: string, type: AttributeType][];

/** Bounds memory: the types of attributes beyond this number are left for Miso to compare. */
const maxAttributes = 10_000;

/**
 * The type of each custom attribute in this run. Miso accepts one type per attribute. Only records that pass every
 * check are remembered, so that a rejected record never decides about later ones.
 */
export class AttributeTypes {
  readonly #first = new Map<string, FirstSeen>();

  isNew(name: string, type: AttributeType): boolean {
    return type !== 'any' && type !== 'a list' && !this.#first.has(name) && this.#first.size < maxAttributes;
  }

  remember(newTypes: NewTypes, source: SourceRecord): void {
    for (const [name, type] of newTypes) {
      if (this.isNew(name, type)) this.#first.set(name, { type, file: source.file.path, line: source.line });
    }
  }

  /** The fault of a value whose type differs from the attribute's. */
  conflict(name: string, type: AttributeType, value: unknown): InvalidValue | undefined {
    const known = this.#first.get(name);
    if (known === undefined || fits(type, known.type)) return undefined;
    return new InvalidValue(
      `expected ${known.type}, as in ${escapeInvisible(known.file)} line ${known.line}`,
      {
        value,
        hint: 'Miso accepts one type per custom attribute: use the same in all records; in a CSV, with --type.',
      },
    );
  }
}

function fits(type: AttributeType, known: AttributeType): boolean {
  return type === known || type === 'any' || (type === 'a list' && known.startsWith('a list'));
}
