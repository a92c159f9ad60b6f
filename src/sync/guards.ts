import { exceeds, type Limit, limitText } from '../contract/limit.ts';
import { exitCodes, StoppedError } from '../errors.ts';
import { formatCount, listOf, pluralize } from '../text.ts';
import type { DetectedInput } from '../upload/item.ts';
import type { SyncedInput } from './state/state-header.ts';

/** Stops a sync before anything is sent if too many users changed: a column may be lost or blank. */
export function tooManyChanges(
  { changed, stored }: { readonly changed: number; readonly stored: number },
  limit: Limit,
): StoppedError | undefined {
  if (stored === 0 || !exceeds(limit, changed, stored)) return undefined;
  return new StoppedError(
    `${formatCount(changed)} of ${pluralize(stored, 'user')} changed since the last sync: more than --max-changes ${limitText(limit)} allows.`,
    exitCodes.partial,
    {
      hint: `Check that no column is lost or empty. If the changes are right, use --max-changes ${changed}.`,
    },
  );
}

/** Stops a sync whose state does not belong to the data set: everything would be sent again. */
export function wrongDataSet(
  { missing, stored }: { readonly missing: number; readonly stored: number },
  server: string,
): StoppedError | undefined {
  if (stored === 0 || 2 * missing <= stored) return undefined;
  return new StoppedError(
    `${formatCount(missing)} of ${pluralize(stored, 'user')} that earlier syncs stored are not at ${server}. Nothing was sent.`,
    exitCodes.partial,
    {
      hint: 'Check the server, the profile and the key. If the users are really lost, --full sends all of them again.',
    },
  );
}

/** Why deletes are blocked: the input has fewer files or columns than the last one. */
export function lostInput(before: readonly SyncedInput[], now: readonly SyncedInput[]): string | undefined {
  if (now.length < before.length) {
    return `the input has ${pluralize(now.length, 'file')}, and the last sync had ${formatCount(before.length)}`;
  }
  const columns = new Set(now.flatMap((input) => input.columns ?? []));
  const lost = before.flatMap((input) => input.columns ?? []).filter((column) => !columns.has(column));
  if (lost.length === 0) return undefined;
  const names = [...new Set(lost)];
  return `the input no longer has the ${names.length === 1 ? 'column' : 'columns'} ${listOf(names, 'and')}`;
}

export function syncedInputs(inputs: readonly DetectedInput[]): SyncedInput[] {
  return inputs.map(({ file }) => {
    const columns = file.table?.columns;
    return { path: file.path, ...(columns === undefined ? {} : { columns }) };
  });
}
