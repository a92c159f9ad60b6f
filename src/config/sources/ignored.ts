/** An option that Miso's own command line has and this one has no use for. */
export interface IgnoredOption {
  /** `--log-level`, and shorter spellings. */
  readonly names: readonly string[];
  /** Whether a value follows. */
  readonly value: boolean;
  /** What to use instead, if anything. */
  readonly instead?: string;
}

/** Accepted, named in one warning, and without effect, so that scripts written for Miso's command line keep working. */
export const ignoredOptions: readonly IgnoredOption[] = [
  { names: ['--log-level'], value: true, instead: '--verbose or --quiet' },
  { names: ['--log-format'], value: true, instead: '--json or --progress' },
  { names: ['--stream-name', '--name'], value: true },
  { names: ['--lenient'], value: false, instead: '--coerce' },
  { names: ['--debug'], value: false, instead: '--verbose' },
  { names: ['-c', '--channel'], value: false },
];

/** MISO_LOG_LEVEL for --log-level: that command line takes every option from the environment too. */
export const ignoredVariables: readonly string[] = ignoredOptions.flatMap(({ names }) =>
  names.map((name) => `MISO_${name.replace(/^-+/, '').replaceAll('-', '_').toUpperCase()}`),
);

/** One warning for all ignored options and variables that were given; undefined if there are none. */
export function ignoredWarning(given: readonly string[]): string | undefined {
  if (given.length === 0) return undefined;
  const hints = ignoredOptions
    .filter(({ names, instead }) => instead !== undefined && names.some((name) => given.includes(name)))
    .map(({ names, instead }) => `for ${names.at(-1)} use ${instead}`);
  const hint = hints.length === 0 ? '' : ` (${hints.join('; ')})`;
  return `Options of Miso's own command line without effect here: ${given.join(', ')}${hint}.`;
}
