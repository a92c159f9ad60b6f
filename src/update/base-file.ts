import { isObject } from '../contract/json.ts';
import { attributesField, refusedMember } from '../contract/user-fields.ts';
import { UsageError } from '../errors.ts';
import type { InputRef } from '../input/input-ref.ts';
import { openInput } from '../input/open.ts';
import type { SourceRecord } from '../input/source.ts';
import { createRecordMapper, type RecordMapper } from '../records/record-mapper.ts';
import { escapeInvisible } from '../text.ts';
import { parseUser, userJson } from './user-text.ts';

/** The column settings with which this program reads its own tables. */
const plainColumns = { map: {}, set: {}, type: {}, listSeparator: '|', coerce: false, assumeUtc: false };

/**
 * The users of a file by id, as JSON: what `read`, `export` or a backup wrote, or any other file of users.
 * Throws UsageError for a record that is not a user: merging without it would lose its fields.
 */
export async function readBaseFile(
  ref: InputRef,
  onWarning: (text: string) => void,
): Promise<Map<string, string>> {
  const users = new Map<string, string>();
  const opened = await openInput(ref, {}, { onWarning });
  try {
    opened.warnings.forEach(onWarning);
    const mapper = createRecordMapper(plainColumns);
    mapper.plan(opened.file);
    for await (const records of opened.records())
      for (const record of records) {
        const { id, json } = userOf(record, mapper);
        users.set(id, json);
      }
  } finally {
    await opened.close();
  }
  return users;
}

function userOf(record: SourceRecord, mapper: RecordMapper): { readonly id: string; readonly json: string } {
  // JSON is taken as it is: Miso may have returned keys that an upload would refuse.
  if (record.kind === 'json') {
    const id = isObject(record.value) ? record.value['user_id'] : undefined;
    if (typeof id === 'string') return { id, json: asReturned(record.raw) };
    throw noUser(record, 'it has no user_id');
  }
  const [mapped] = mapper.map([record]);
  if (mapped?.kind === 'user') return mapped;
  throw noUser(
    record,
    mapped?.reasons.map(({ field, reason }) => `${field} ${reason}`.trim()).join('; ') ?? '',
  );
}

/** A record with the keys in `_miso` moved back to where Miso returned them. */
function asReturned(json: string): string {
  const { fields, attributes } = parseUser(json);
  const apart = fields.get(refusedMember);
  if (!apart?.startsWith('{')) return json;
  const refused = parseUser(apart);
  const all = new Map([...fields, ...refused.fields]);
  all.delete(refusedMember);
  if (!refused.attributes) return userJson({ fields: all, attributes });
  all.delete(attributesField);
  return userJson({ fields: all, attributes: new Map([...(attributes ?? []), ...refused.attributes]) });
}

function noUser({ file, line }: SourceRecord, why: string): UsageError {
  return new UsageError(`${escapeInvisible(file.path)}, line ${line}: not a user record: ${why}.`, {
    hint: '--base is a file of users, such as `miso users read` prints. Nothing was merged.',
  });
}
