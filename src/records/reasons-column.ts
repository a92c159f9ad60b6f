/** The column, or key, in which a rejects file gives its reasons. It is no data: an upload leaves it out. */
export const reasonsColumn = '_errors';
