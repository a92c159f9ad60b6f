/** What a single record may take, so that memory stays flat whatever the file holds. */
export interface Limits {
  /** Characters of one record. */
  readonly recordLength: number;
}

export const defaultLimits: Limits = { recordLength: 16 * 1024 * 1024 };

/** The limit in words, for messages. */
export function sizeInWords(characters: number): string {
  return characters >= 1024 * 1024
    ? `${Math.floor(characters / (1024 * 1024))} million characters`
    : `${characters} characters`;
}
