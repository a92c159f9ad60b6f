const givenNames = 'Ada Bo Chloé Dmitri Eun-ji Farid Grace Hana Íñigo Jo Kwame Lena'.split(' ');
const familyNames = 'Abara Berg Costa Dubois Eze Fischer Gupta Haddad Ito Jensen Kaya Lopez'.split(' ');
const cities = 'Lagos Malmö Lyon Seoul Bogotá Oslo Wien Osaka Porto Leeds'.split(' ');
const plans = ['free', 'pro', 'team'] as const;

export const sampleHeader = ['user_id', 'name', 'description', 'age', 'city', 'created_at', 'plan', 'score'];

/** Sample user `n` (from 0) as a row of cells, always the same. Every fifth has a comma and quotes in it. */
export function sampleRow(n: number): string[] {
  const name = `${pick(givenNames, n)} ${pick(familyNames, n * 7)}`;
  const day = new Date(Date.UTC(2020, 0, 1) + n * 3_600_000);
  return [
    `u-${n + 1}`,
    name,
    n % 5 === 0 ? `Says "hello", often; user ${n + 1}` : `User ${n + 1}`,
    String(18 + (n % 70)),
    pick(cities, n),
    day.toISOString().replace('.000', ''),
    pick(plans, n),
    String((n * 37) % 1000),
  ];
}

/** Cells as one line of CSV. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map((cell) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\n`;
}

/** A CSV of `count` sample users. `change` may alter some of the rows. */
export function sampleCsv(
  count: number,
  change: (row: string[], n: number) => string[] = (row) => row,
): string {
  const rows = Array.from({ length: count }, (_, n) => csvLine(change(sampleRow(n), n)));
  return csvLine(sampleHeader) + rows.join('');
}

/**
 * The files of `miso sandbox --demo`: valid users, and users with two errors (an age in words, a missing id).
 */
export function sampleFiles(): ReadonlyMap<string, string> {
  const withErrors = sampleCsv(1000, (row, n) => {
    if (n === 410) return row.with(3, 'thirty');
    return n === 777 ? row.with(0, '') : row;
  });
  return new Map([
    ['users.csv', sampleCsv(1000)],
    ['users-with-errors.csv', withErrors],
  ]);
}

function pick<T>(list: readonly T[], n: number): T {
  return list[n % list.length] as T;
}
