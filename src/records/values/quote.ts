const needsEscape = /["\\\u0000-\u001f\ud800-\udfff]/;

/** A text as JSON: most need no escape, and then two quotes are quicker than the serialiser. */
export function quote(text: string): string {
  return needsEscape.test(text) ? JSON.stringify(text) : `"${text}"`;
}

/** Any JSON value as JSON. */
export function toJson(value: unknown): string {
  return typeof value === 'string' ? quote(value) : JSON.stringify(value);
}
