import type { ColumnType } from '../column-settings.ts';
import type { Field } from '../values/field-checks.ts';

interface Placed {
  /** The column or key that the value comes from. */
  readonly source: string;
  /** Where it goes: `age`, `custom_attributes.plan`. */
  readonly path: string;
  /** The last part of the path as a JSON key with its colon: `"plan":`. */
  readonly label: string;
  /** Whether a JSON value stays where it was. */
  readonly stays: boolean;
}

/** A field of Miso's record. */
export interface FieldTarget extends Placed {
  readonly kind: 'field';
  readonly field: Field;
}

/** One custom attribute. */
export interface AttributeTarget extends Placed {
  readonly kind: 'attribute';
  readonly name: string;
  readonly type: ColumnType | undefined;
}

/** custom_attributes as a whole. */
export interface AttributesTarget extends Placed {
  readonly kind: 'attributes';
}

/** A field of its own name beside Miso's. */
export interface KeptTarget extends Placed {
  readonly kind: 'kept';
  readonly type: ColumnType | undefined;
}

/** Left out on purpose. */
export interface IgnoredTarget extends Placed {
  readonly kind: 'ignored';
}

/** No field of Miso's, where the user wants that to be an error. */
export interface RefusedTarget extends Placed {
  readonly kind: 'refused';
}

/** Where the value of a column or key goes. */
export type Target =
  | FieldTarget
  | AttributeTarget
  | AttributesTarget
  | KeptTarget
  | IgnoredTarget
  | RefusedTarget;
