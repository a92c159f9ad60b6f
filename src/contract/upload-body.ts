/** The text around the records in the body of an upload. */
export const uploadEnvelope = { opening: '{"data":[', closing: ']}' } as const;
export const uploadEnvelopeBytes = uploadEnvelope.opening.length + uploadEnvelope.closing.length;

/** The body of an upload. `records`: as JSON, in order. */
export function uploadBody(records: readonly string[]): string {
  return `${uploadEnvelope.opening}${records.join(',')}${uploadEnvelope.closing}`;
}
