/** The column (or key) of a rejects file that holds the reasons. Uploads ignore it. */
export const reasonsColumn = '_errors';

/** Whether a column (or key) is that of the reasons. Some programs change the case of names. */
export function isReasonsColumn(name: string): boolean {
  return name.trim().toLowerCase() === reasonsColumn;
}

/** The key of a rejects file that holds the text of a line that is not valid JSON. */
export const rawKey = '_raw';

const markerPrefix = '_hashed:';

/**
 * The column (or key) that marks the rejects file of an upload with --hash, which holds the values before
 * they were hashed. `fingerprint`: of the hashed columns and the key.
 */
export function hashMarker(fingerprint: string): string {
  return `${markerPrefix}${fingerprint}`;
}

export function isHashMarker(name: string): boolean {
  return name.startsWith(markerPrefix);
}
