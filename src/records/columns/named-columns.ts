import { closest } from '../../text.ts';
import type { ColumnSettings } from '../column-settings.ts';
import { show } from '../values/show.ts';
import { listNames } from './list-names.ts';

/** A column or key that an option names. */
export interface NamedColumn {
  readonly option: '--id' | '--map' | '--type' | '--hash';
  readonly column: string;
}

export function namedColumns({ id, map, type, set, hash = {} }: ColumnSettings): NamedColumn[] {
  const mapped = Object.keys(map).map((column) => ({ option: '--map', column }) as const);
  // A type may belong to a value of --set, which has no column.
  const typed = Object.keys(type).filter((column) => !Object.hasOwn(set, column));
  return [
    ...(id === undefined ? [] : [{ option: '--id', column: id } as const]),
    ...mapped,
    ...typed.map((column) => ({ option: '--type', column }) as const),
    ...Object.keys(hash).map((column) => ({ option: '--hash', column }) as const),
  ];
}

export interface OptionProblem {
  readonly message: string;
  readonly hint: string;
}

/** Bounds memory: the keys that a message can name. */
const maxKeys = 200;

/** Finds out which columns that options name occur in no record. */
export class NamedColumns {
  readonly #named: readonly NamedColumn[];
  readonly #missing: Set<string>;
  readonly #keys = new Set<string>();

  constructor(settings: ColumnSettings) {
    this.#named = namedColumns(settings);
    this.#missing = new Set(this.#named.map(({ column }) => column));
  }

  /** A column of a table or a key of a record; `custom_attributes.plan` for one inside custom_attributes. */
  found(name: string): void {
    this.#missing.delete(name);
    if (this.#keys.size < maxKeys) this.#keys.add(name);
  }

  /** What to tell the user; undefined when every column was found that an option, or only `named`, names. */
  problem(named?: NamedColumn['option']): OptionProblem | undefined {
    const missing = this.#named.filter(
      ({ option, column }) => this.#missing.has(column) && (named === undefined || option === named),
    );
    if (missing.length === 0) return undefined;
    const names = missing.map(({ option, column }) => `${show(column)} (${option})`).join(' or ');
    const near = missing.map(({ column }) => closest(column, this.#keys)).find((name) => name !== undefined);
    return {
      message: `No record has the key ${names}.`,
      hint: `${near === undefined ? '' : `Did you mean ${show(near)}? `}The keys are: ${listNames([...this.#keys])}.`,
    };
  }
}
