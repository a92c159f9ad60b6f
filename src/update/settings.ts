import { attributePath, attributesField, fieldNames, isFieldPath } from '../contract/user-fields.ts';
import { UsageError } from '../errors.ts';
import { closest, escapeInvisible } from '../text.ts';

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
    if (isFieldPath(path)) continue;
    const near = closest(path, fieldNames);
    throw new UsageError(`Cannot clear ${escapeInvisible(path)}: not a Miso user field.`, {
      hint:
        near === undefined
          ? `For an attribute: --clear ${attributePath(escapeInvisible(path))}; for all of them: --clear ${attributesField}`
          : `Did you mean ${near}?`,
    });
  }
}
