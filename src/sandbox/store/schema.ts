import { isObject } from '../../contract/json.ts';
import { jsonTypeOf, kindOf } from './attribute-types.ts';
import { isDateOrDateTime } from './dates.ts';
import { isUri } from './uri.ts';

/** One thing that is wrong with a record. */
export interface Violation {
  /** Path inside the record: `age`, `custom_attributes.plan`, '' for the record as a whole. */
  readonly path: string;
  /** The value found, where Miso's line would show it. */
  readonly value?: string;
  /** A sentence as Miso words it. */
  readonly reason: string;
}

/** Lengths are counted in Unicode characters. */
const idLength = { min: 1, max: 512 };
const imageLength = { min: 1, max: 65_536 };

const attributeKinds =
  'boolean, number, string, null, list of numbers, list of strings or list of flat objects';

type Rule = (value: unknown, path: string) => readonly Violation[];

const rules: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['user_id', checkId],
  ['name', checkString],
  ['description', checkString],
  ['profile_image', checkImage],
  ['age', checkInteger],
  ['gender', checkString],
  ['city', checkString],
  ['state', checkString],
  ['country', checkString],
  ['group_id', checkString],
  ['created_at', checkDate],
  ['updated_at', checkDate],
  ['custom_attributes', checkAttributes],
]);

/** All violations of one record of an upload, apart from attribute types that differ from the data set's. */
export function checkRecord(record: unknown): readonly Violation[] {
  if (!isObject(record)) return [wrongType('', 'object', record)];
  const violations: Violation[] = [];
  if (!Object.hasOwn(record, 'user_id'))
    violations.push({ path: 'user_id', reason: 'The attribute is required.' });
  for (const name of Object.keys(record)) {
    const rule = rules.get(name);
    if (rule === undefined) violations.push(unknownProperty(name));
    else for (const violation of rule(record[name], name)) violations.push(violation);
  }
  return violations;
}

/** A violation as a line of Miso's answer: `data.3.age is invalid. …`. */
export function errorLine(index: number, violation: Violation): string {
  const path = violation.path === '' ? '' : `.${violation.path}`;
  const value = violation.value === undefined ? '' : ` (${violation.value})`;
  return `data.${index}${path}${value} is invalid. ${violation.reason}`;
}

const none: readonly Violation[] = [];

/** A name that would make the line ambiguous is quoted in the reason instead of being the path. */
function unknownProperty(name: string): Violation {
  const reason = 'Additional properties are not allowed.';
  if (/^[\p{L}\p{N}_-]+$/u.test(name)) return { path: name, reason };
  return { path: '', reason: `${reason} ${JSON.stringify(shorten(name))} is unexpected.` };
}

function wrongType(path: string, expected: string, value: unknown): Violation {
  return {
    path,
    reason: `The attribute expected to be of type '${expected}', but '${jsonTypeOf(value)}' is given.`,
  };
}

function checkString(value: unknown, path: string): readonly Violation[] {
  return typeof value === 'string' ? none : [wrongType(path, 'string', value)];
}

function checkInteger(value: unknown, path: string): readonly Violation[] {
  return Number.isInteger(value) ? none : [wrongType(path, 'integer', value)];
}

function checkId(value: unknown, path: string): readonly Violation[] {
  if (typeof value !== 'string') return [wrongType(path, 'string', value)];
  if (value.startsWith('_'))
    return [
      { path, value: shorten(value), reason: "The attribute should not begin with '_'." },
      ...checkLength(value, path, idLength),
    ];
  return checkLength(value, path, idLength);
}

function checkImage(value: unknown, path: string): readonly Violation[] {
  if (typeof value !== 'string') return [wrongType(path, 'string', value)];
  const length = checkLength(value, path, imageLength);
  if (length.length > 0) return length;
  return isUri(value) ? none : [{ path, reason: "The attribute should match 'uri' format." }];
}

function checkDate(value: unknown, path: string): readonly Violation[] {
  if (typeof value !== 'string') return [wrongType(path, 'string', value)];
  return isDateOrDateTime(value)
    ? none
    : [{ path, reason: "The attribute should match 'date-time' format." }];
}

function checkAttributes(value: unknown, path: string): readonly Violation[] {
  if (!isObject(value)) return [wrongType(path, 'object', value)];
  const violations: Violation[] = [];
  for (const name of Object.keys(value)) {
    const kind = kindOf(value[name]);
    if (kind.allowed) continue;
    const reason = `The attribute expected to be of type '${attributeKinds}', but '${kind.found}' is given.`;
    violations.push({ path: `${path}.${name}`, reason });
  }
  return violations;
}

function checkLength(text: string, path: string, limit: { min: number; max: number }): readonly Violation[] {
  if (text.length >= limit.min && text.length <= limit.max) return none; // never fewer units than characters
  const length = [...text].length;
  if (length < limit.min)
    return [
      {
        path,
        reason: `The attribute should be at least ${limit.min} characters long, but it is ${length}.`,
      },
    ];
  if (length > limit.max)
    return [
      { path, reason: `The attribute should be at most ${limit.max} characters long, but it is ${length}.` },
    ];
  return none;
}

function shorten(text: string): string {
  const characters = [...text];
  return characters.length <= 60 ? text : `${characters.slice(0, 60).join('')}…`;
}
