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
  /** A sentence in Miso's voice. */
  readonly reason: string;
}

/** Lengths are counted in Unicode characters. */
const idLength = { least: 1, most: 512 };
const imageLength = { least: 1, most: 65_536 };

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

/** Everything that is wrong with one record of an upload, whatever the data set holds. Unknown fields are let through. */
export function checkRecord(record: unknown): readonly Violation[] {
  if (!isObject(record)) return [wrongType('', 'object', record)];
  const violations: Violation[] = [];
  if (!Object.hasOwn(record, 'user_id'))
    violations.push({ path: 'user_id', reason: 'The attribute is required.' });
  for (const name of Object.keys(record)) {
    const found = rules.get(name)?.(record[name], name);
    if (found !== undefined && found.length > 0) violations.push(...found);
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

function checkLength(
  text: string,
  path: string,
  limit: { least: number; most: number },
): readonly Violation[] {
  if (text.length >= limit.least && text.length <= limit.most) return none; // never fewer units than characters
  const length = [...text].length;
  if (length < limit.least)
    return [
      {
        path,
        reason: `The attribute should be at least ${limit.least} characters long, but it is ${length}.`,
      },
    ];
  if (length > limit.most)
    return [
      { path, reason: `The attribute should be at most ${limit.most} characters long, but it is ${length}.` },
    ];
  return none;
}

function shorten(text: string): string {
  const characters = [...text];
  return characters.length <= 60 ? text : `${characters.slice(0, 60).join('')}…`;
}
