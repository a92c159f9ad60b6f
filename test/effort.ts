/**
 * `.ci/run` sets MISO_TEST=full: expensive tests run at full size. `npm test` sets MISO_TEST=short: also, only every
 * third row of a table of tests that run the program. By default all rows run, and expensive tests in a short form.
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
