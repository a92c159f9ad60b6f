export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a JSON value is an object, neither a list nor null. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value of a JSON text; undefined when the text is not valid JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const needsEscape = /["\\\u0000-\u001f\ud800-\udfff]/;

/** A JSON value as JSON text. Strings that need no escape skip the serializer, which is slower. */
export function toJson(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  return needsEscape.test(value) ? JSON.stringify(value) : `"${value}"`;
}
