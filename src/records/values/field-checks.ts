import { type FieldRule, userFields } from '../../contract/user-fields.ts';
import { idFault, isLonger, maxIdLength } from '../../contract/user-id.ts';
import type { DateRules } from './dates.ts';
import { dateOf } from './dates.ts';
import { InvalidValue } from './invalid-value.ts';
import { numberOf } from './numbers.ts';

/** Checks one value and normalizes it: returns the value to send, or a fault. */
export type FieldCheck = (value: unknown, rules: DateRules) => unknown;

const withoutValue = 'Leave the field out where there is no value.';

function checkText(value: unknown, rules: DateRules): unknown {
  if (typeof value === 'string') return value;
  const hint =
    typeof value === 'number' && !rules.coerce
      ? 'Write it in quotes, or use --coerce to have numbers taken as text.'
      : value === null
        ? withoutValue
        : undefined;
  return new InvalidValue('expected a string', { value, hint });
}

function checkUserId(value: unknown, rules: DateRules): unknown {
  if (typeof value !== 'string') return checkText(value, rules);
  switch (idFault(value)) {
    case undefined:
      return value;
    case 'empty':
    case 'too-long':
      return new InvalidValue(`expected 1 to ${maxIdLength} characters`, { value });
    case 'reserved':
      return new InvalidValue('must not start with _', {
        value,
        hint: 'Ids starting with _ are reserved; add a prefix to all ids.',
      });
    case 'malformed':
      return malformedText(value);
  }
}

/** The fault of a text that holds half of a character (a lone surrogate), which UTF-8 cannot encode. */
export function malformedText(value: string, at = ''): InvalidValue {
  return new InvalidValue('expected well-formed Unicode text', {
    value,
    at,
    hint: 'Half of a character (a lone surrogate) cannot be sent: fix it in the source.',
  });
}

/** RFC 3986, except that letters beyond ASCII pass: browsers take them, and Miso may. */
const uri = /^[a-z][a-z0-9+.-]*:(?!\/*$)(?:[^\s%"<>\\^`{|}\u0000-\u001f\u007f-\u009f]|%[0-9a-f]{2})+$/i;
const uriWithoutHost = /^https?:(?!\/\/[^/?#])/i;

function uriHint(text: string): string | undefined {
  if (/^(?:www\.|\/\/|[\w-]+(?:\.[\w-]+)+\/)/i.test(text))
    return 'Write the whole address, beginning with https://.';
  if (/\s/.test(text)) return 'White space in an address is written as %20.';
  return 'Write the whole address, such as https://example.com/face.png.';
}

function checkUri(value: unknown, rules: DateRules): unknown {
  if (typeof value !== 'string') return checkText(value, rules);
  const text = rules.coerce ? value.trim() : value;
  if (text === '' || isLonger(text, 65_536))
    return new InvalidValue('expected a URI of 1 to 65536 characters', { value });
  if (!uri.test(text) || uriWithoutHost.test(text))
    return new InvalidValue('expected a URI', { value, hint: uriHint(text) });
  return text;
}

function checkInteger(value: unknown, rules: DateRules): unknown {
  const expected = 'expected an integer';
  if (typeof value === 'number')
    return Number.isSafeInteger(value) ? value : new InvalidValue(expected, { value });
  if (typeof value !== 'string') {
    return new InvalidValue(expected, { value, hint: value === null ? withoutValue : undefined });
  }
  const number = numberOf(value, expected);
  if (number instanceof InvalidValue) return number;
  if (!Number.isSafeInteger(number)) return new InvalidValue(expected, { value });
  if (rules.coerce) return number;
  return new InvalidValue(expected, {
    value,
    hint: 'Write it without quotes, or use --coerce to have it converted.',
  });
}

const checks: Readonly<Record<Exclude<FieldRule, 'attributes'>, FieldCheck>> = {
  'user-id': checkUserId,
  text: checkText,
  uri: checkUri,
  integer: checkInteger,
  date: dateOf,
};

/** How the values of one field are read. */
export interface Field {
  readonly rule: FieldRule;
  readonly check: FieldCheck;
  /** Whether any text is a value, white space included. */
  readonly isText: boolean;
}

/** The fields whose values are checked as a whole: all but custom_attributes. */
export const fields: ReadonlyMap<string, Field> = new Map(
  Object.entries(userFields).flatMap(([name, { rule }]) =>
    rule === 'attributes'
      ? []
      : [[name, { rule, check: checks[rule], isText: rule === 'text' || rule === 'user-id' }] as const],
  ),
);
