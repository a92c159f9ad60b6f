import { isDeepStrictEqual } from 'node:util';
import { isObject, type JsonObject, parseJson, toJson } from './json.ts';
import { hasDuplicateKeys } from './json-text.ts';
import { hasDelicateNumber, SourceText, type TextPath } from './source-text.ts';
import { attributesField, refusedMember } from './user-fields.ts';

/** Texts of records whose numbers may lose digits when they are parsed. */
const sources = new WeakMap<JsonObject, SourceText>();

/** Remembers the text that a record was parsed from, for `exactJson`. */
export function keepText(record: JsonObject, text: string): void {
  if (hasDelicateNumber(record)) sources.set(record, new SourceText(text, hasDuplicateKeys(text, record)));
}

/** The same for a record that has some of the members of another one. */
export function keepTextOf(original: JsonObject, record: JsonObject): JsonObject {
  const source = sources.get(original);
  if (source) sources.set(record, source);
  return record;
}

/** A record as JSON, in which numbers have all the digits of its text. */
export function exactJson(record: JsonObject): string {
  const source = sources.get(record);
  return source ? recordJson(record, source) : JSON.stringify(record);
}

/** The same of a value, or of some of the custom attributes of a record. */
export function exactJsonOf(value: unknown, path: TextPath, record: JsonObject): string {
  const source = sources.get(record);
  return source ? memberJson(value, path, source) : JSON.stringify(value);
}

function recordJson(record: JsonObject, source: SourceText): string {
  const members = Object.entries(record).map(([key, value]) => {
    const isSeparated = key === refusedMember && isObject(value);
    return `${toJson(key)}:${isSeparated ? separatedJson(value, source) : memberJson(value, key, source)}`;
  });
  return `{${members.join(',')}}`;
}

/** Members that upload would refuse: of the record as Miso returned it, or already apart in its text. */
function separatedJson(refused: JsonObject, source: SourceText): string {
  const text = source.of(refusedMember);
  const isText = text !== undefined && isDeepStrictEqual(parseJson(text), refused);
  return isText ? text : recordJson(refused, source);
}

function memberJson(value: unknown, path: TextPath, source: SourceText): string {
  if (!hasDelicateNumber(value)) return toJson(value);
  if (path !== attributesField || !isObject(value)) return source.of(path) ?? toJson(value);
  const members = Object.entries(value).map(
    ([key, inner]) => `${toJson(key)}:${memberJson(inner, [attributesField, key], source)}`,
  );
  return `{${members.join(',')}}`;
}

const tokens = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^{}[\],:"\s]+/g;

/** JSON with line breaks and two spaces for each level, as JSON.stringify writes it. */
export function indentJson(json: string): string {
  let text = '';
  let depth = 0;
  const line = () => `\n${'  '.repeat(depth)}`;
  for (const [token] of json.matchAll(tokens)) {
    const isEmpty = text.endsWith('{') || text.endsWith('[');
    if (token === '}' || token === ']') {
      depth--;
      text += isEmpty ? token : `${line()}${token}`;
      continue;
    }
    if (isEmpty) text += line();
    text += token === ':' ? ': ' : token;
    if (token === '{' || token === '[') depth++;
    if (token === ',') text += line();
  }
  return text;
}
