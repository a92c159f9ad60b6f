import type { SourceFile } from '../../input/source.ts';
import { UntypedColumns } from '../checks/untyped-columns.ts';
import type { ColumnSettings } from '../column-settings.ts';
import type { RecordWarning, WarningLog } from '../warnings.ts';
import { type ColumnPlan, columnPlan } from './column-plan.ts';
import { nearFields, nearFieldText } from './name-hints.ts';
import type { Router } from './router.ts';
import { columnTargets } from './table-columns.ts';
import type { Target } from './target.ts';

interface Table {
  readonly plan: ColumnPlan;
  readonly targets: readonly Target[];
  readonly untyped: UntypedColumns;
}

/** Plans the tables of a run. Each header is checked once. */
export class Tables {
  readonly #settings: ColumnSettings;
  readonly #router: Router;
  readonly #log: WarningLog;
  readonly #byFile = new WeakMap<SourceFile, Table>();
  /** By path and header: a file that is opened again is a new SourceFile. */
  readonly #byHeader = new Map<string, Table>();

  constructor(settings: ColumnSettings, router: Router, log: WarningLog) {
    this.#settings = settings;
    this.#router = router;
    this.#log = log;
  }

  /** Throws UsageError if the table cannot be sent with these settings. */
  get(file: SourceFile, inputs: readonly SourceFile[] = [file]): Table {
    const known = this.#byFile.get(file);
    if (known !== undefined) return known;
    const key = JSON.stringify([file.path, file.table?.columns]);
    const table = this.#byHeader.get(key) ?? this.#check(file, inputs);
    this.#byHeader.set(key, table);
    this.#byFile.set(file, table);
    return table;
  }

  warnings(): RecordWarning[] {
    const warnings = [...this.#byHeader.values()].map(({ untyped }) => untyped.warning());
    return warnings.filter((warning) => warning !== undefined);
  }

  #check(file: SourceFile, inputs: readonly SourceFile[]): Table {
    const targets = columnTargets(file, inputs, { router: this.#router, settings: this.#settings });
    for (const { column, field } of nearFields(targets)) {
      const example = { file: file.path, line: 1 };
      this.#log.add('column-near-field', nearFieldText('column', column, field), example);
    }
    return { plan: columnPlan(file, targets), targets, untyped: new UntypedColumns(file, targets) };
  }
}
