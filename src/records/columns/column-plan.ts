import type { FieldRule } from '../../contract/user-fields.ts';
import type { SourceFile } from '../../input/source.ts';
import type { ColumnType, UnknownColumns } from '../column-settings.ts';
import type { Target } from './target.ts';

/** The target of one column of a table. */
export interface PlannedColumn {
  readonly column: string;
  /** Path in the user record (`age`, `custom_attributes.plan`), or null for a column that is not sent. */
  readonly field: string | null;
  /** How to read its cells. */
  readonly type: ColumnType | FieldRule;
}

/**
 * The targets of the columns of a table, in order. JSON has no columns, but may have keys outside Miso's
 * record.
 */
export interface ColumnPlan {
  readonly file: SourceFile;
  readonly columns: readonly PlannedColumn[];
  /** What to do with those keys; only for JSON. */
  readonly unknownKeys?: UnknownColumns;
}

export function columnPlan(file: SourceFile, targets: readonly Target[]): ColumnPlan {
  const columns = targets.map((target) => ({
    column: target.source,
    field: target.kind === 'ignored' ? null : target.path,
    type: typeOf(target),
  }));
  return { file, columns };
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
