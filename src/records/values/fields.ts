import { Fault } from '../checks/fault.ts';
import type { DateRules } from './dates.ts';
import { dateOf } from './dates.ts';
import { numberOf } from './numbers.ts';

/** What a field of Miso's record holds. */
export type FieldType = 'string' | 'uri' | 'integer' | 'date';

/** One field of Miso's user record: how a value is brought into form and judged. */
export interface Field {
  readonly type: FieldType;
  /** The value as it is sent, or a fault. */
  readonly take: (value: unknown, rules: DateRules) => unknown;
}

const loneSurrogate = /\p{Surrogate}/u;

/** Whether a text has more characters (code points) than a limit; counts only where the answer is not plain. */
function isLonger(text: string, limit: number): boolean {
  if (text.length <= limit) return false;
  if (text.length > 2 * limit) return true;
  return Array.from(text).length > limit;
}

const withoutValue = 'Leave the field out where there is no value.';

function takeText(value: unknown, rules: DateRules): unknown {
  if (typeof value === 'string') return value;
  const hint =
    typeof value === 'number' && !rules.coerce
      ? 'Write it in quotes, or use --coerce to have numbers taken as text.'
      : value === null
        ? withoutValue
        : undefined;
  return new Fault('expected a string', { value, hint });
}

function takeUserId(value: unknown, rules: DateRules): unknown {
  if (typeof value !== 'string') return takeText(value, rules);
  if (value === '' || isLonger(value, 512)) return new Fault('expected 1 to 512 characters', { value });
  if (value.startsWith('_')) {
    return new Fault('expected a first character other than _', {
      value,
      hint: 'Miso keeps ids that begin with _ for itself: put a prefix of your own before all ids.',
    });
  }
  if (loneSurrogate.test(value)) {
    return new Fault('expected text of whole characters', {
      value,
      hint: 'Half of a character (a lone surrogate) cannot be sent: mend it where the file was made.',
    });
  }
  return value;
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

function takeUri(value: unknown, rules: DateRules): unknown {
  if (typeof value !== 'string') return takeText(value, rules);
  const text = rules.coerce ? value.trim() : value;
  if (text === '' || isLonger(text, 65_536))
    return new Fault('expected a URI of 1 to 65536 characters', { value });
  if (!uri.test(text) || uriWithoutHost.test(text))
    return new Fault('expected a URI', { value, hint: uriHint(text) });
  return text;
}

function takeInteger(value: unknown, rules: DateRules): unknown {
  const expected = 'expected an integer';
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : new Fault(expected, { value });
  if (typeof value !== 'string') {
    return new Fault(expected, { value, hint: value === null ? withoutValue : undefined });
  }
  const number = numberOf(value, expected);
  if (number instanceof Fault) return number;
  if (!Number.isSafeInteger(number)) return new Fault(expected, { value });
  if (rules.coerce) return number;
  return new Fault(expected, {
    value,
    hint: 'Write it without quotes, or use --coerce to have it converted.',
  });
}

const text: Field = { type: 'string', take: takeText };
const date: Field = { type: 'date', take: dateOf };

/** Miso's user record, field by field, but for custom_attributes. */
export const fields: ReadonlyMap<string, Field> = new Map<string, Field>([
  ['user_id', { type: 'string', take: takeUserId }],
  ['name', text],
  ['description', text],
  ['profile_image', { type: 'uri', take: takeUri }],
  ['age', { type: 'integer', take: takeInteger }],
  ['gender', text],
  ['city', text],
  ['state', text],
  ['country', text],
  ['group_id', text],
  ['created_at', date],
  ['updated_at', date],
]);

/** Every name that a column, --map or --set may go to, without the names inside custom_attributes. */
export const fieldNames: readonly string[] = [...fields.keys(), 'custom_attributes'];
