/**
 * MISO_TEST=full, set by `.ci/run`: expensive tests run at full size. MISO_TEST=short, set by `npm test`: commands run in
 * the process of the tests, unless they need one of their own, and long tables of tests that start processes are sampled.
 * By default neither: each command is a process, and expensive tests run in a short form.
 */
export const full = process.env['MISO_TEST'] === 'full';
export const short = process.env['MISO_TEST'] === 'short';

/** A size for an expensive test. */
export function effort(small: number, large: number): number {
  return full ? large : small;
}

/** The same, unless the environment variable `name` sets a size of its own. */
export function effortOf(name: string, small: number, large: number): number {
  const given = process.env[name];
  return given === undefined || given === '' ? effort(small, large) : Number(given);
}

/** The rows of a table whose tests take long: `npm test` runs every third. */
export function sampled<Row>(rows: readonly Row[]): readonly Row[] {
  return short ? rows.filter((_, index) => index % 3 === 0) : rows;
}
