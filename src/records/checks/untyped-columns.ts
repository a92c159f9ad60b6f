import type { SourceFile } from '../../input/source.ts';
import { shellWord } from '../../text.ts';
import type { Target } from '../columns/target.ts';
import { isNumber } from '../values/numbers.ts';
import type { RecordWarning } from '../warnings.ts';

type Look = 'number' | 'boolean';

interface Candidate {
  readonly column: number;
  readonly name: string;
  /** What all values so far look like; undefined before the first. */
  look: Look | undefined;
}

const boolean = /^\s*(?:true|false|yes|no)\s*$/i;
/** Max columns that a warning names. */
const maxColumns = 20;
/** Longer names are too long to type. */
const maxNameLength = 100;

/** Finds table columns that are sent as text although all of their values are numbers or booleans. */
export class UntypedColumns {
  readonly #file: SourceFile;
  /** Columns that are still candidates. Most are ruled out by the first row. */
  #candidates: Candidate[];

  constructor(file: SourceFile, targets: readonly Target[]) {
    this.#file = file;
    this.#candidates = targets.flatMap((target, column) =>
      target.kind === 'attribute' && target.type === undefined && target.source.length <= maxNameLength
        ? [{ column, name: target.source, look: undefined }]
        : [],
    );
  }

  add(cells: readonly string[]): void {
    for (const candidate of this.#candidates) {
      const cell = cells[candidate.column];
      if (cell === undefined || cell === '') continue;
      const look = lookOf(cell);
      if (look === undefined || (candidate.look ?? look) !== look) {
        this.#candidates = this.#candidates.filter((other) => other !== candidate);
      }
      candidate.look = look;
    }
  }

  warning(): RecordWarning | undefined {
    const found = this.#candidates.filter(({ look }) => look !== undefined);
    if (found.length === 0) return undefined;
    const options = found
      .slice(0, maxColumns)
      .map(({ name, look }) => `--type ${shellWord(`${name}=${look}`)}`);
    return {
      code: 'untyped-column',
      message: `values that look like numbers or booleans are sent as text, and Miso keeps the first type of an attribute. To change the type: ${options.join(' ')}`,
      count: found.length,
      examples: [{ file: this.#file.path, line: 1 }],
    };
  }
}

function lookOf(cell: string): Look | undefined {
  if (isNumber(cell)) return 'number';
  return boolean.test(cell) ? 'boolean' : undefined;
}
