import type { CheckSettings } from '../../../check/run.ts';
import { limit } from '../../../config/rules/units.ts';
import { UsageError } from '../../../errors.ts';
import { requireFieldPath } from '../../../records/columns/field-path.ts';
import { quoteText } from '../../../text.ts';
import type { FilesOptions } from '../upload/setup.ts';

export interface CheckOptions extends FilesOptions {
  readonly sample?: string;
  readonly all?: boolean;
  readonly seed?: string;
  readonly ignore?: readonly string[];
  readonly combined?: string;
}

const defaultSample = '1000';
const seeds = 1_000_000;

/**
 * Throws UsageError for options that are invalid or contradict each other. `random`: a number from 0 to 1.
 */
export function checkSettings(options: CheckOptions, random: () => number): CheckSettings {
  const { sample = defaultSample, all = false, seed, ignore = [] } = options;
  if (all && options.sample !== undefined) throw new UsageError('Specify --sample or --all, not both.');
  if (seed !== undefined && !/^\d{1,15}$/.test(seed))
    throw new UsageError(`--seed: expected a whole number, found ${quoteText(seed)}.`);
  const size = limit.read(sample, { kind: 'text', path: (written) => written });
  if (!size.ok) throw new UsageError(`--sample: ${size.problem}.`);
  for (const field of ignore) requireFieldPath(field, '--ignore');
  const chosen = 'percent' in size.value ? { share: size.value.percent / 100 } : size.value;
  return {
    sample: all ? { share: 1 } : chosen,
    seed: seed === undefined ? Math.floor(random() * seeds) : Number(seed),
    ignored: new Set(ignore),
  };
}

/** Whether all users are compared, so that there is no sample to repeat. */
export function isEveryUser({ sample }: CheckSettings): boolean {
  return 'share' in sample && sample.share >= 1;
}
