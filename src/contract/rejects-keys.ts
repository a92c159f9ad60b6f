/** The column (or key) of a rejects file that holds the reasons. Uploads ignore it. */
export const reasonsColumn = '_errors';

/** The key of a rejects file that holds the text of a line that is not valid JSON. */
export const rawKey = '_raw';
