/** How the library introduces itself to the server. */
export const libraryUserAgent = `miso-users node/${process.versions.node}`;
