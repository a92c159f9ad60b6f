import type { Session } from '../../../api/session.ts';
import { differingFields } from '../../../check/compare.ts';
import { isObject, parseJson } from '../../../contract/json.ts';
import { lookUpUsers } from '../../../read/read-users.ts';
import { styleFor } from '../../../report/text/style.ts';
import { previewText } from '../../../report/text/sync/result.ts';
import type { SyncResult } from '../../../sync/result.ts';
import type { World } from '../../../world.ts';

/**
 * On a terminal, shows the first users of each kind that a dry run found, and which fields of them changed.
 */
export async function printPreview(
  { preview, goneIds }: SyncResult,
  { session, color, world }: { session: Session; color: boolean | undefined; world: World },
): Promise<void> {
  const { stdout, stop } = world;
  if (!preview || !stdout.isTTY) return;
  const records = new Map(preview.changed.map(({ id, json = '' }) => [id, parseJson(json)]));
  const fields = new Map<string, readonly string[]>();
  const deps = { users: session.users, stop, concurrency: () => session.pacer.limit };
  for await (const lookup of lookUpUsers([[...records.keys()]], deps)) {
    const record = records.get(lookup.id);
    if (lookup.kind === 'found' && isObject(record))
      fields.set(lookup.id, differingFields(record, lookup.record));
  }
  const ids = (users: readonly { readonly id: string }[]) => users.map(({ id }) => id);
  const shown = { new: ids(preview.new), unknown: ids(preview.unknown), gone: goneIds };
  await stdout.write(previewText({ ...shown, changed: fields }, styleFor(stdout, world, color)));
}
