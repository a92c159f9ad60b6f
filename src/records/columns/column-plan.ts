import type { FieldRule } from '../../contract/user-fields.ts';
import type { SourceFile } from '../../input/source.ts';
import type { ColumnType } from '../column-settings.ts';
import type { Target } from './target.ts';

/** What becomes of one column of a table. */
export interface PlannedColumn {
  readonly column: string;
  /** Path in the user record (`age`, `custom_attributes.plan`), or null for a column that is left out. */
  readonly field: string | null;
  /** How its cells are read. */
  readonly type: ColumnType | FieldRule;
}

/** What becomes of the columns of a table, in their order; JSON has none. */
export interface ColumnPlan {
  readonly file: SourceFile;
  readonly columns: readonly PlannedColumn[];
}

function typeOf(target: Target): ColumnType | FieldRule {
  switch (target.kind) {
    case 'field':
      return target.field.isText ? 'string' : target.field.rule;
    case 'attributes':
      return 'json';
    case 'attribute':
    case 'kept':
      return target.type ?? 'string';
    default:
      return 'string';
  }
}

/** The plan as it is shown to the user before anything is sent. */
export function columnPlan(file: SourceFile, targets: readonly Target[]): ColumnPlan {
  const columns = targets.map((target) => ({
    column: target.source,
    field: target.kind === 'ignored' ? null : target.path,
    type: typeOf(target),
  }));
  return { file, columns };
}
