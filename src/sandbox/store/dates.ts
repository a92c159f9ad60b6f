const shape =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt](\d{2}):(\d{2}):(\d{2})(?:\.\d+)?(?:[Zz]|([+-])(\d{2}):(\d{2})))?$/;

/**
 * Whether `text` is an ISO 8601 date, or an RFC 3339 date-time with its zone, that exists in the calendar.
 */
export function isDateOrDateTime(text: string): boolean {
  const match = shape.exec(text);
  if (match === null) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return false;
  if (match[4] === undefined) return true;

  const [hour, minute, second] = [Number(match[4]), Number(match[5]), Number(match[6])];
  const [zoneHour, zoneMinute] = [Number(match[8] ?? 0), Number(match[9] ?? 0)];
  if (hour > 23 || minute > 59 || second > 60 || zoneHour > 23 || zoneMinute > 59) return false;
  if (second < 60) return true;

  // A leap second is inserted at the same instant everywhere: after 23:59:59 UTC.
  const offset = (match[7] === '-' ? -1 : 1) * (zoneHour * 60 + zoneMinute);
  const utcMinute = (hour * 60 + minute - offset + 2 * minutesInDay) % minutesInDay;
  return utcMinute === minutesInDay - 1;
}

const minutesInDay = 24 * 60;

function daysIn(year: number, month: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}
