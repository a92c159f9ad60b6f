/** `npm test` runs each expensive test in a short form; `.ci/run` sets MISO_TEST=full to run them at full size. */
export const full = process.env['MISO_TEST'] === 'full';

/** A size for an expensive test: `short` in `npm test`, `long` in `.ci/run`. */
export function effort(short: number, long: number): number {
  return full ? long : short;
}

/** The same, unless the environment variable `name` sets a size of its own. */
export function effortOf(name: string, short: number, long: number): number {
  const given = process.env[name];
  return given === undefined || given === '' ? effort(short, long) : Number(given);
}
