/** JSON types of a field's value. */
export type FieldType = 'string' | 'integer' | 'object';

/** Names of the checks that a value must pass; `records/values/field-checks.ts` implements each. */
export type FieldRule = 'user-id' | 'text' | 'uri' | 'integer' | 'date' | 'attributes';

interface UserField {
  readonly type: FieldType;
  readonly rule: FieldRule;
  /** Its line in docs/miso-api.md. */
  readonly description: string;
}

/**
 * Miso's user record. Column mapping, checks, `read --format csv`, the library's `User` type and the table in
 * docs/miso-api.md all derive from this table. The schema has `additionalProperties: false`: no other keys.
 */
export const userFields = {
  user_id: {
    type: 'string',
    rule: 'user-id',
    description: 'required; 1 to 512 characters; the first is not `_`',
  },
  name: { type: 'string', rule: 'text', description: "shown in Miso's dashboard" },
  description: { type: 'string', rule: 'text', description: 'analyzed for profiling' },
  profile_image: { type: 'string', rule: 'uri', description: 'a URI, 1 to 65,536 characters' },
  age: { type: 'integer', rule: 'integer', description: 'converted to a year of birth' },
  gender: { type: 'string', rule: 'text', description: '' },
  city: { type: 'string', rule: 'text', description: 'may be a zip code' },
  state: { type: 'string', rule: 'text', description: '' },
  country: { type: 'string', rule: 'text', description: '' },
  group_id: { type: 'string', rule: 'text', description: 'group or account id in a CRM' },
  created_at: { type: 'string', rule: 'date', description: 'ISO 8601 date, or date-time (RFC 3339)' },
  updated_at: { type: 'string', rule: 'date', description: 'ISO 8601 date, or date-time (RFC 3339)' },
  custom_attributes: {
    type: 'object',
    rule: 'attributes',
    description:
      'keys are strings; each value a boolean, number, string, null, list of numbers, list of strings, or list of flat objects',
  },
} as const satisfies Record<string, UserField>;

export type FieldName = keyof typeof userFields;

/** In the order of Miso's documentation. */
export const fieldNames = Object.keys(userFields) as readonly FieldName[];

export function isFieldName(name: string): name is FieldName {
  return Object.hasOwn(userFields, name);
}

/**
 * The member of a printed record that holds what Miso returned and upload would refuse. Uploads ignore it.
 */
export const refusedMember = '_miso';

export const attributesField = 'custom_attributes' satisfies FieldName;

const attributePrefix = `${attributesField}.`;

/** The path of a custom attribute: `custom_attributes.plan`. */
export function attributePath(name: string): string {
  return attributePrefix + name;
}

/** The name of the attribute in `custom_attributes.plan`; undefined for any other path. */
export function attributeName(path: string): string | undefined {
  return path.length > attributePrefix.length && path.startsWith(attributePrefix)
    ? path.slice(attributePrefix.length)
    : undefined;
}

/** Whether a value can be stored under a path: a field, or one custom attribute. */
export function isFieldPath(path: string): boolean {
  return isFieldName(path) || attributeName(path) !== undefined;
}

export type CustomAttribute =
  | boolean
  | number
  | string
  | null
  | number[]
  | string[]
  | Record<string, boolean | number | string | null>[];

interface ValueOfType {
  string: string;
  integer: number;
  object: Record<string, CustomAttribute>;
}

type ValueOf<Name extends FieldName> = ValueOfType[(typeof userFields)[Name]['type']];

/** A user record as Miso accepts it. Fields and their rules: docs/miso-api.md. */
export type User = { user_id: string } & { [Name in Exclude<FieldName, 'user_id'>]?: ValueOf<Name> };
