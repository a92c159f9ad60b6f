import { attributePath } from '../../contract/user-fields.ts';
import { escapeInvisible, listOf } from '../../text.ts';
import { maxExamples, type RecordWarning, type WarningExample } from '../warnings.ts';
import type { AttributeType } from './attributes.ts';
import { InvalidValue } from './invalid-value.ts';

/** The values of one attribute that have one type. */
interface TypeUse {
  readonly type: AttributeType;
  count: number;
  /** The first of them. */
  readonly examples: WarningExample[];
}

interface AttributeUse {
  /** The most common type; if there are several, the first. */
  leading: TypeUse;
  readonly types: TypeUse[];
}

/** Attributes of one record whose type is new, or differs from most. */
export type UnusualTypes = [name: string, type: AttributeType][];

/** Bounds memory: only Miso compares the types of attributes beyond this number. */
const maxAttributes = 10_000;
/** Max attributes that warnings name. */
const maxWarnings = 10;

/**
 * The types of each custom attribute in this run. Miso accepts one type per attribute and keeps the first
 * type that it receives, so the most common type should be sent first. The type that Miso already has is not
 * known here.
 */
export class AttributeTypes {
  readonly #attributes = new Map<string, AttributeUse>();
  readonly #mixed = new Map<string, AttributeUse>();

  /** Whether any attribute has values of several types. */
  get areMixed(): boolean {
    return this.#mixed.size > 0;
  }

  /**
   * Counts a value of the most common type. Returns true for any other type, which `add` must count once its
   * record is valid.
   */
  isUnusual(name: string, type: AttributeType): boolean {
    const use = this.#attributes.get(name);
    if (use === undefined)
      return type !== 'any' && type !== 'a list' && this.#attributes.size < maxAttributes;
    if (use.leading.type === type) {
      use.leading.count += 1;
      return false;
    }
    return !fits(type, use.leading.type);
  }

  /** Counts the unusual types of a valid record. */
  add(unusual: UnusualTypes, example: WarningExample): void {
    for (const [name, type] of unusual) {
      const use = this.#attributes.get(name);
      if (use === undefined) {
        const leading = { type, count: 1, examples: [example] };
        this.#attributes.set(name, { leading, types: [leading] });
      } else {
        this.#count(name, use, { type, example });
      }
    }
  }

  /** The error for a value whose type differs from that of most values of its attribute. */
  conflict(name: string, type: AttributeType, value: unknown): InvalidValue | undefined {
    const leading = this.#mixed.get(name)?.leading;
    if (leading === undefined || fits(type, leading.type)) return undefined;
    const [first] = leading.examples;
    const place = first === undefined ? '' : `, as in ${escapeInvisible(first.file)} line ${first.line}`;
    return new InvalidValue(`expected ${leading.type}${place}`, {
      value,
      hint: 'Miso accepts one type per custom attribute: use the same type in all records. For CSV, set it with --type.',
    });
  }

  warnings(): RecordWarning[] {
    return [...this.#mixed].slice(0, maxWarnings).map(([name, { leading, types }]) => {
      const others = types.filter((use) => use !== leading);
      const kinds = listOf(
        others.map(({ type }) => type),
        'and',
      );
      return {
        code: 'attribute-type',
        message: `${attributePath(escapeInvisible(name))} is ${leading.type} in most records, and ${kinds} in others: Miso accepts one type per attribute`,
        count: others.reduce((sum, { count }) => sum + count, 0),
        examples: others.flatMap(({ examples }) => examples).slice(0, maxExamples),
      };
    });
  }

  #count(
    name: string,
    use: AttributeUse,
    { type, example }: { type: AttributeType; example: WarningExample },
  ): void {
    let other = use.types.find((known) => known.type === type);
    if (other === undefined) {
      other = { type, count: 0, examples: [] };
      use.types.push(other);
      this.#mixed.set(name, use);
    }
    other.count += 1;
    if (other.examples.length < maxExamples) other.examples.push(example);
    if (other.count > use.leading.count) use.leading = other;
  }
}

function fits(type: AttributeType, leading: AttributeType): boolean {
  if (type === leading || type === 'any') return true;
  return (
    (type === 'a list' || leading === 'a list') && type.startsWith('a list') && leading.startsWith('a list')
  );
}
