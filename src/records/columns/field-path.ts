import { attributePath, attributesField, fieldNames, isFieldPath } from '../../contract/user-fields.ts';
import { UsageError } from '../../errors.ts';
import { closest, escapeInvisible } from '../../text.ts';

/**
 * Throws UsageError for a path that is neither a field nor an attribute. `option`: the option that names it.
 */
export function requireFieldPath(path: string, option: '--clear' | '--ignore'): void {
  if (isFieldPath(path)) return;
  const shown = escapeInvisible(path);
  const near = closest(path, fieldNames);
  throw new UsageError(`${option}: ${shown} is not a Miso user field.`, {
    hint:
      near === undefined
        ? `For an attribute: ${option} ${attributePath(shown)}; for all of them: ${option} ${attributesField}`
        : `Did you mean ${near}?`,
  });
}
