import { type FieldRule, userFields } from '../../contract/user-fields.ts';
import { idFault, isLonger, maxIdLength } from '../../contract/user-id.ts';
import { checkDate, type DateRules } from './dates.ts';
import { InvalidValue } from './invalid-value.ts';
import { parseNumber } from './numbers.ts';

/** Returns the value to send, or an InvalidValue. */
export type FieldCheck = (value: unknown, rules: DateRules) => unknown;

const checks: Readonly<Record<Exclude<FieldRule, 'attributes'>, FieldCheck>> = {
  'user-id': checkUserId,
  text: checkText,
  uri: checkUri,
  integer: checkInteger,
  date: checkDate,
};

/** How the values of one field are read. */
export interface Field {
  readonly rule: FieldRule;
  readonly check: FieldCheck;
  /** Whether any text is a value, including white space. */
  readonly isText: boolean;
}

/** All fields except custom_attributes, which contains values of its own. */
export const fields: ReadonlyMap<string, Field> = new Map(
  Object.entries(userFields).flatMap(([name, { rule }]) =>
    rule === 'attributes'
      ? []
      : [[name, { rule, check: checks[rule], isText: rule === 'text' || rule === 'user-id' }] as const],
  ),
);

const leaveOut = 'Leave the field out when there is no value.';

function checkText(value: unknown, rules: DateRules): unknown {
  if (typeof value === 'string') return value;
  if (value === null) return new InvalidValue('expected a string, not null', { value, hint: leaveOut });
  if (typeof value === 'number' && !rules.coerce) {
    const hint = 'Put it in quotes, or use --coerce to convert numbers to text.';
    return new InvalidValue('expected a string, not a number', { value, hint });
  }
  return new InvalidValue('expected a string', { value });
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
        hint: 'Ids starting with _ are reserved. Add a prefix to all ids.',
      });
    case 'malformed':
      return malformedText(value);
  }
}

/** The error for a text with half of a character (a lone surrogate), which UTF-8 cannot encode. */
export function malformedText(value: string, at = ''): InvalidValue {
  return new InvalidValue('expected well-formed Unicode text', {
    value,
    at,
    hint: 'Half of a character (a lone surrogate) cannot be sent. Fix it in the source.',
  });
}

const maxUriLength = 65_536;

/** RFC 3986, but with letters beyond ASCII, which browsers accept and Miso may. */
const uri = /^[a-z][a-z0-9+.-]*:(?!\/*$)(?:[^\s%"<>\\^`{|}\u0000-\u001f\u007f-\u009f]|%[0-9a-f]{2})+$/i;
const uriWithoutHost = /^https?:(?!\/\/[^/?#])/i;

function checkUri(value: unknown, rules: DateRules): unknown {
  if (typeof value !== 'string') return checkText(value, rules);
  const text = rules.coerce ? value.trim() : value;
  if (text === '' || isLonger(text, maxUriLength))
    return new InvalidValue(`expected a URI of 1 to ${maxUriLength} characters`, { value });
  if (!uri.test(text) || uriWithoutHost.test(text)) return notAUri(value, text);
  return text;
}

function notAUri(value: string, text: string): InvalidValue {
  if (/^(?:www\.|\/\/|[\w-]+(?:\.[\w-]+)+\/)/i.test(text)) {
    const hint = 'Write the full address, starting with https://.';
    return new InvalidValue('expected a URI with its scheme', { value, hint });
  }
  if (/^[a-z][a-z0-9+.-]*:\/\/\S/i.test(text) && /\s/.test(text)) {
    const hint = 'Write white space in an address as %20.';
    return new InvalidValue('expected a URI without white space', { value, hint });
  }
  const hint = 'Write the full address, such as https://example.com/face.png.';
  return new InvalidValue('expected a URI', { value, hint });
}

function checkInteger(value: unknown, rules: DateRules): unknown {
  const expected = 'expected an integer';
  if (typeof value === 'number')
    return Number.isSafeInteger(value) ? value : new InvalidValue(expected, { value });
  if (value === null) return new InvalidValue(`${expected}, not null`, { value, hint: leaveOut });
  if (typeof value !== 'string') return new InvalidValue(expected, { value });
  const number = parseNumber(value, expected);
  if (number instanceof InvalidValue) return number;
  if (!Number.isSafeInteger(number)) return new InvalidValue(expected, { value });
  if (rules.coerce) return number;
  const hint = 'Write it without quotes, or use --coerce to convert it.';
  return new InvalidValue(`${expected}, not a string`, { value, hint });
}
