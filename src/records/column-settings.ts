export type ColumnType = 'string' | 'number' | 'boolean' | 'list' | 'json';
export type UnknownColumns = 'custom' | 'drop' | 'error' | 'keep';

/** How the columns of a table, or the keys of a JSON object, become the fields of a user record. */
export interface ColumnSettings {
  /** The column that is the user id, when it is not called user_id. */
  readonly id?: string;
  /** Column to field. A field may be `custom_attributes.plan`. */
  readonly map: Readonly<Record<string, string>>;
  /** Field to the value that every record gets. */
  readonly set: Readonly<Record<string, unknown>>;
  /** Column to type, for columns that become custom attributes. Default: string. */
  readonly type: Readonly<Record<string, ColumnType>>;
  readonly listSeparator: string;
  /** What happens to columns and keys outside Miso's record. Default: custom. */
  readonly unknown?: UnknownColumns;
  /** Columns and keys whose values are replaced by hashes. */
  readonly hash?: Readonly<Record<string, true>>;
  /** Converts JSON values too: "42" to 42 for age, 7 to "7" for user_id. */
  readonly coerce: boolean;
  /** Date-times without a zone are UTC. */
  readonly assumeUtc: boolean;
}
