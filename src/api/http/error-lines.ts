import { isObject, type JsonObject } from '../../contract/json.ts';

/**
 * The error lines of a reply, in Miso's form `data.<index>[.<path>] is invalid. <reason>` where they name a
 * record. Forms of the body: `data` as a list of strings or as one string, `data.errors` and `detail` as a
 * list of `{loc, msg}` from the framework. Lines in any other form are kept unchanged.
 */
export function errorLines(body: JsonObject | undefined): string[] {
  const data = body?.['data'];
  const detail = body?.['detail'];
  if (Array.isArray(data)) return data.map(lineOf);
  if (isObject(data) && Array.isArray(data['errors'])) return data['errors'].map(lineOf);
  if (typeof data === 'string' && data !== '') return [data];
  if (Array.isArray(detail)) return detail.map(lineOf);
  if (typeof detail === 'string' && detail !== '') return [detail];
  return [];
}

function lineOf(entry: unknown): string {
  if (typeof entry === 'string') return entry;
  if (!isObject(entry) || typeof entry['msg'] !== 'string') return JSON.stringify(entry);
  const loc = Array.isArray(entry['loc']) ? entry['loc'] : [];
  return (
    recordLine(loc, entry['msg']) ?? (loc.length > 0 ? `${loc.join('.')}: ${entry['msg']}` : entry['msg'])
  );
}

/**
 * A line for `["body", "data", 3, "age"]`, which names record 3. `["body", 35]` is a position in the text.
 */
function recordLine(loc: readonly unknown[], message: string): string | undefined {
  const [body, data, ...place] = loc;
  if (body !== 'body' || data !== 'data') return undefined;
  // In a delete, the ids are one level deeper.
  const [index, ...path] = place[0] === 'user_ids' ? place.slice(1) : place;
  if (typeof index !== 'number') return undefined;
  return `${['data', index, ...path].join('.')} is invalid. ${message}`;
}
