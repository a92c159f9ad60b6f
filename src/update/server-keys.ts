/**
 * Keys that Miso generates and adds to the records that it returns. Leaving them out of an upload erases
 * nothing. Source: docs/miso-api.md.
 */
const serverKeys: ReadonlySet<string> = new Set(['product_group_id_or_product_id']);
const serverKeyPrefix = 'category_path_';

export function isServerKey(key: string): boolean {
  return serverKeys.has(key) || key.startsWith(serverKeyPrefix);
}
