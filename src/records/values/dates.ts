import { InvalidValue } from './invalid-value.ts';

/** Which date formats are accepted. */
export interface DateRules {
  /** Converts other unambiguous formats to the one that Miso accepts. */
  readonly coerce: boolean;
  /** Date-times without a zone are UTC. */
  readonly assumeUtc: boolean;
}

const expected = 'expected an ISO 8601 date or an RFC 3339 date-time';
const example = 'Write it as 2024-01-02 or 2024-01-02T10:00:00Z.';

const accepted = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))?$/i;
/** Date and time have their digits at fixed positions, so only the fraction and the zone are captured. */
const convertible =
  /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d([.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?)?$/i;

/**
 * A date or date-time in a format that Miso accepts, or an InvalidValue. `coerce` converts formats such as
 * `2024-01-02 10:00:00+00`.
 */
export function checkDate(value: unknown, rules: DateRules): string | InvalidValue {
  if (typeof value === 'number') return notADate(value);
  if (typeof value !== 'string') {
    return new InvalidValue(expected, { value, hint: example });
  }
  if (isCommonForm(value)) return value;
  const text = rules.coerce ? value.trim() : value;
  const match = convertible.exec(text);
  if (match === null) return notADate(value);
  if (!dateExists(text)) return new InvalidValue('expected a valid date', { value, hint: example });
  const date = text.slice(0, 10);
  if (text.length === 10) return date;

  const writtenZone = match[2];
  const zone = writtenZone === undefined ? 'Z' : normalZone(writtenZone);
  const seconds = text[16] === ':' ? text.slice(17, 19) : '00';
  if (!timeExists(text, seconds, zone)) {
    const hint = text.startsWith('24', 11) ? 'Write midnight as 00:00:00 on the next day.' : example;
    return new InvalidValue('expected a time from 00:00:00 to 23:59:59', { value, hint });
  }
  if (writtenZone === undefined && !rules.assumeUtc) {
    return new InvalidValue('expected a date-time with its time zone', {
      value,
      hint: 'Add Z or an offset such as +01:00, or use --assume-utc if these times are in UTC.',
    });
  }
  const fraction = match[1]?.replace(',', '.') ?? '';
  const normal = `${date}T${text.slice(11, 16)}:${seconds}${fraction}${zone}`;
  if (rules.coerce || writtenZone === undefined) return normal;
  if (accepted.test(text)) return text;
  return new InvalidValue(`${expected}, in its exact form`, {
    value,
    hint: `Write it as ${normal}, or use --coerce to convert it.`,
  });
}

/**
 * Whether a text is a valid `2024-01-02` or `2024-01-02T10:00:00Z`. Most are, and this check is much faster
 * than the rest.
 */
function isCommonForm(text: string): boolean {
  if (text.length !== 10 && text.length !== 20) return false;
  const hasYear = twoDigits(text, 0) + twoDigits(text, 2) >= 0;
  if (!hasYear || text[4] !== '-' || text[7] !== '-' || !dateExists(text)) return false;
  if (text.length === 10) return true;
  const isTime = twoDigits(text, 11) <= 23 && twoDigits(text, 14) <= 59 && twoDigits(text, 17) <= 59;
  return isTime && text[10] === 'T' && text[13] === ':' && text[16] === ':' && text[19] === 'Z';
}

/** Two digits of a text as a number; NaN when they are not digits. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? 10 * tens + ones : Number.NaN;
}

function dateExists(text: string): boolean {
  const year = 100 * twoDigits(text, 0) + twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  return month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
}

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Converts `+0530`, `+05` and `utc` to the format of RFC 3339. */
function normalZone(written: string): string {
  if (!written.startsWith('+') && !written.startsWith('-')) return 'Z';
  return `${written.slice(0, 3)}:${written.length === 3 ? '00' : written.slice(-2)}`;
}

/** Whether the time of day in `text` exists, at the offset in `zone`. */
function timeExists(text: string, seconds: string, zone: string): boolean {
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const offsetHours = zone === 'Z' ? 0 : twoDigits(zone, 1);
  const offsetMinutes = zone === 'Z' ? 0 : twoDigits(zone, 4);
  if (hour > 23 || minute > 59 || seconds > '60' || offsetHours > 23 || offsetMinutes > 59) return false;
  if (seconds < '60') return true;
  // A leap second is the last second of a day in UTC.
  const offset = (offsetHours * 60 + offsetMinutes) * (zone.startsWith('-') ? -1 : 1);
  const minutesPerDay = 24 * 60;
  return (hour * 60 + minute - offset + 2 * minutesPerDay) % minutesPerDay === minutesPerDay - 1;
}

/**
 * Common mistakes have separate reasons, because the hint of a reason is printed once for all its records.
 */
function notADate(value: string | number): InvalidValue {
  const text = String(value).trim();
  if (/^\d{1,4}[/.]\d{1,2}[/.]\d{1,4}\b/.test(text)) {
    return new InvalidValue('ambiguous day and month', {
      value,
      hint: 'Write it as year-month-day, such as 2024-01-02.',
    });
  }
  if (/^-?\d{9,10}(\.\d+)?$/.test(text) || /^-?\d{12,13}$/.test(text)) {
    const seconds = Number(text) / (/\d{12}/.test(text) ? 1000 : 1);
    const date = new Date(Math.floor(seconds) * 1000).toISOString().replace('.000', '');
    return new InvalidValue(`${expected}, not a Unix timestamp`, { value, hint: `Write it as ${date}.` });
  }
  if (/^\d{5}(\.\d+)?$/.test(text)) {
    return new InvalidValue(`${expected}, not a spreadsheet's day number`, {
      value,
      hint: `Format the column as a date. ${example}`,
    });
  }
  return new InvalidValue(expected, { value, hint: example });
}
