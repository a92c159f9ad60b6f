import type { SourceFile } from '../../input/source.ts';
import type { ColumnSettings } from '../column-settings.ts';
import type { WarningLog } from '../warnings.ts';
import type { ColumnPlan } from './column-plan.ts';
import { columnPlan } from './column-plan.ts';
import { nearFields, nearFieldText } from './near-fields.ts';
import type { Router } from './router.ts';
import { columnTargets } from './table-columns.ts';
import type { Target } from './target.ts';

interface Table {
  readonly plan: ColumnPlan;
  readonly targets: readonly Target[];
}

/** The tables of a run, each header looked at once. */
export class Tables {
  readonly #settings: ColumnSettings;
  readonly #router: Router;
  readonly #log: WarningLog;
  readonly #known = new WeakMap<SourceFile, Table>();
  /** By path and header: a file that is opened again is another object, and was looked at already. */
  readonly #planned = new Map<string, Table>();

  constructor(settings: ColumnSettings, router: Router, log: WarningLog) {
    this.#settings = settings;
    this.#router = router;
    this.#log = log;
  }

  /** The plan of a table. Throws UsageError when it cannot be sent as it is. */
  table(file: SourceFile, inputs: readonly SourceFile[] = [file]): Table {
    const known = this.#known.get(file);
    if (known !== undefined) return known;
    const key = JSON.stringify([file.path, file.table?.columns]);
    const table = this.#planned.get(key) ?? this.#look(file, inputs);
    this.#planned.set(key, table);
    this.#known.set(file, table);
    return table;
  }

  #look(file: SourceFile, inputs: readonly SourceFile[]): Table {
    const targets = columnTargets(file, inputs, { router: this.#router, settings: this.#settings });
    for (const { column, field } of nearFields(targets)) {
      this.#log.add('column-near-field', nearFieldText('column', column, field), {
        file: file.path,
        line: 1,
      });
    }
    return { plan: columnPlan(file, targets), targets };
  }
}
