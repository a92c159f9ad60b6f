/** An option of Miso's own CLI that has no effect here. */
export interface IgnoredOption {
  /** `--log-level`, and shorter spellings. */
  readonly names: readonly string[];
  /** Whether it takes a value. */
  readonly value: boolean;
  /** What to use instead, if anything. */
  readonly instead?: string;
}

/** Accepted with a warning and ignored, so that scripts written for Miso's own CLI keep working. */
export const ignoredOptions: readonly IgnoredOption[] = [
  { names: ['--log-level'], value: true, instead: '--verbose or --quiet' },
  { names: ['--log-format'], value: true, instead: '--json or --progress' },
  { names: ['--stream-name', '--name'], value: true },
  { names: ['--lenient'], value: false, instead: '--coerce' },
  { names: ['--debug'], value: false, instead: '--verbose' },
  { names: ['-c', '--channel'], value: false },
];

/** MISO_LOG_LEVEL for --log-level: Miso's own CLI also reads every option from the environment. */
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
  return `These options of Miso's own CLI have no effect here: ${given.join(', ')}${hint}.`;
}
