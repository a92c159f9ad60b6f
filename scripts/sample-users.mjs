/** Names to make users of; none is anybody's. */
const given = [
  'Ada',
  'Bo',
  'Chloé',
  'Dmitri',
  'Eun-ji',
  'Farid',
  'Grace',
  'Hana',
  'Íñigo',
  'Jo',
  'Kwame',
  'Lena',
];
const family = [
  'Abara',
  'Berg',
  'Costa',
  'Dubois',
  'Eze',
  'Fischer',
  'Gupta',
  'Haddad',
  'Ito',
  'Jensen',
  'Kaya',
  'Lopez',
];
const cities = ['Lagos', 'Malmö', 'Lyon', 'Seoul', 'Bogotá', 'Oslo', 'Wien', 'Osaka', 'Porto', 'Leeds'];
const plans = ['free', 'pro', 'team'];

/** User number `n` as a row of cells, the same each time; every fifth has a comma and quotes in it. */
export function sampleRow(n) {
  const name = `${given[n % given.length]} ${family[(n * 7) % family.length]}`;
  const day = new Date(Date.UTC(2020, 0, 1) + n * 3_600_000);
  return [
    `u-${String(n).padStart(6, '0')}`,
    name,
    n % 5 === 0 ? `Says "hello", often; user ${n}` : `User ${n}`,
    String(18 + (n % 70)),
    cities[n % cities.length],
    day.toISOString().replace('.000', ''),
    plans[n % plans.length],
    String((n * 37) % 1000),
  ];
}

export const sampleHeader = ['user_id', 'name', 'description', 'age', 'city', 'created_at', 'plan', 'score'];

/** Cells as one line of CSV. */
export function csvLine(cells) {
  return `${cells.map((cell) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\n`;
}

/** A CSV of `count` sample users; `rows` may change some of them. */
export function sampleCsv(count, change = (row) => row) {
  let text = csvLine(sampleHeader);
  for (let n = 0; n < count; n++) text += csvLine(change(sampleRow(n), n));
  return text;
}
