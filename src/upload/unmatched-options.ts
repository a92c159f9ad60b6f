import { exitCodes, StoppedError, UsageError } from '../errors.ts';
import type { RecordMapper } from '../records/record-mapper.ts';

/**
 * Throws UsageError when --id, --map or --type names a key that no record has. For a run that has sent
 * nothing.
 */
export function refuseUnmatchedOptions(mapper: RecordMapper): void {
  const problem = mapper.unmatchedOptions();
  if (problem) throw new UsageError(problem.message, problem);
}

/**
 * The same before the first of several batches is sent, for --hash only: a misspelled key would send clear
 * values.
 */
export function refuseUnmatchedHash(mapper: RecordMapper): void {
  const problem = mapper.unmatchedOptions('--hash');
  if (problem) throw new UsageError(`${problem.message} Nothing was sent.`, problem);
}

/** The same for a run that has sent records: they are stored, but not as intended. */
export function reportUnmatchedOptions(mapper: RecordMapper): void {
  const problem = mapper.unmatchedOptions();
  if (problem) throw new StoppedError(problem.message, exitCodes.partial, problem);
}
