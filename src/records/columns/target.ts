import type { TextPath } from '../../contract/source-text.ts';
import type { ColumnType } from '../column-settings.ts';
import type { Field } from '../values/field-checks.ts';
import type { InvalidValue } from '../values/invalid-value.ts';

interface TargetBase {
  /** The column or key that the value comes from. */
  readonly source: string;
  /** Where it goes: `age`, `custom_attributes.plan`. */
  readonly path: string;
  /** The last part of the path as a JSON key with its colon: `"plan":`. */
  readonly label: string;
  /** Whether a JSON value keeps its place, so that the record's text can be sent unchanged. */
  readonly inPlace: boolean;
}

/** A field of Miso's record. */
export interface FieldTarget extends TargetBase {
  readonly kind: 'field';
  readonly field: Field;
}

/** One custom attribute. */
export interface AttributeTarget extends TargetBase {
  readonly kind: 'attribute';
  readonly name: string;
  readonly type: ColumnType | undefined;
  /** Its key is outside Miso's record, and no setting says where it goes. */
  readonly isUnknown?: true;
}

/** custom_attributes as one object. */
export interface AttributesTarget extends TargetBase {
  readonly kind: 'attributes';
}

/** A key outside Miso's record, sent under its own name (`--unknown keep`). */
export interface KeptTarget extends TargetBase {
  readonly kind: 'kept';
  readonly type: ColumnType | undefined;
}

/** Not sent: dropped by a setting, or replaced by a value of --set. */
export interface IgnoredTarget extends TargetBase {
  readonly kind: 'ignored';
}

/** A key outside Miso's record, where that is an error (`--unknown error`). */
export interface RefusedTarget extends TargetBase {
  readonly kind: 'refused';
  /** Why, if it is not the key that is unknown. */
  readonly problem?: InvalidValue;
}

/** Where the value of a column or key goes. */
export type Target =
  | FieldTarget
  | AttributeTarget
  | AttributesTarget
  | KeptTarget
  | IgnoredTarget
  | RefusedTarget;

/** One value of a record, with its place in it. */
export interface Entry<T extends Target = Target> {
  readonly target: T;
  readonly value: unknown;
  /** Already rejected: `value` is the input's, and no other check applies. */
  readonly invalid: boolean;
  /** Where the text of a JSON value is; absent for a value that was converted. */
  readonly text?: TextPath | undefined;
}

/** A name as a JSON key with its colon. */
export function labelOf(name: string): string {
  return `${JSON.stringify(name)}:`;
}
