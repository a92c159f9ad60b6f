import { UsageError } from '../errors.ts';
import { requireFieldPath } from '../records/columns/field-path.ts';

/** What the user asked for. */
export interface UpdateSettings {
  /** Create users that do not exist. Default: their records are rejected. */
  readonly create: boolean;
  /** Paths that are removed unless a record gives a value for them. */
  readonly clear: readonly string[];
  /** Leave out what Miso returned and would refuse. Default: such records are rejected. */
  readonly dropUnknown: boolean;
}

/** Throws UsageError for a path that cannot be removed. */
export function checkClear(paths: readonly string[]): void {
  for (const path of paths) {
    if (path === 'user_id') throw new UsageError('user_id cannot be cleared.');
    requireFieldPath(path, '--clear');
  }
}
