import { closingQuote, skipSpace } from '../../contract/json-text.ts';
import { shellLine } from '../../text.ts';
import { ValueScanner, valueEnd } from './value-scanner.ts';

/** What the top-level object of a document is. */
export type TopLevelObject =
  /**
   * An object with a list of records; `at` is the index after the list's opening bracket, `keys` lead to the
   * list.
   */
  | {
      readonly kind: 'wrapper';
      readonly at: number;
      readonly keys: readonly string[];
      /** More than the key of the list indicates it. */
      readonly certain: boolean;
      readonly isEmpty: boolean;
    }
  /** A record itself; `list` is the key of its first list of objects, if it has no user_id. */
  | { readonly kind: 'record'; readonly list?: string }
  /** More text is needed; `list` is the key of the first list of objects so far. */
  | { readonly kind: 'unknown'; readonly list?: string };

/** Keys under which APIs and exports put a list of records, in lower case. */
const listKeys: ReadonlySet<string> = new Set(
  (
    'accounts contacts content customers data docs documents elements entries hits items list members nodes objects ' +
    'people profiles records resources result results rows subscribers users value values'
  ).split(' '),
);
/** Keys of objects that may contain the object with the list. */
const outerKeys: ReadonlySet<string> = new Set('body d data hits payload response result results'.split(' '));
/** An object with one of these is a record, even if it has a list under a usual key. */
const recordKeys: ReadonlySet<string> = new Set(
  'age created_at custom_attributes email gender group_id name profile_image updated_at username'.split(' '),
);
/** `uid`, `customer_id` and `userId`, but not what identifies a call or a page. */
const identifier = /(?:^|[_-])(?:id|uid|uuid|guid)$|[a-z]I[dD]$/;
const callIdentifier = /request|trace|correlation|session|query|scroll|cursor|page|job|export/i;
const maxDepth = 3;
/** Enough text to tell whether an object that starts with a list has a user_id after it. */
const charactersExamined = 64 * 1024;

/**
 * Distinguishes `{"data": [{…}, …]}` from a record, given the text from its opening brace on. A list is
 * recognized as one of records by its key or by the user_id of its first element. `last`: no text follows.
 * Faults are detected later.
 */
export function examineObject(text: string, last: boolean): TopLevelObject {
  return new ObjectExaminer(text, last).examine(0, 1);
}

/** A list that is empty or whose first element is an object; `at` is the index after its opening bracket. */
interface ObjectList {
  /** They lead to the list. */
  readonly keys: readonly [string, ...string[]];
  readonly at: number;
  readonly isEmpty: boolean;
}

class ObjectExaminer {
  readonly #text: string;
  readonly #last: boolean;
  readonly #scanner = new ValueScanner();

  constructor(text: string, last: boolean) {
    this.#text = text;
    this.#last = last;
  }

  examine(brace: number, depth: number): TopLevelObject {
    const text = this.#text;
    let at = brace + 1;
    let list: ObjectList | undefined;
    let isRecord = false;
    for (;;) {
      const member = this.#member(at);
      if (member === undefined) return decided(list, isRecord);
      if (member === 'unknown') return this.#undecided(list, isRecord);
      const { key } = member;
      at = member.value;
      if (key === 'user_id') return { kind: 'record' };
      isRecord ||= recordKeys.has(key) || (identifier.test(key) && !callIdentifier.test(key));
      if (text[at] === '[') {
        const found = this.#listAt(at, key);
        if (found === 'records') {
          return { kind: 'wrapper', at: at + 1, keys: [key], certain: true, isEmpty: false };
        }
        if (found === 'unknown') return { kind: 'unknown' };
        if (found === 'objects' || (found === 'empty' && isUsual(key)))
          list = moreLikely({ keys: [key], at: at + 1, isEmpty: found === 'empty' }, list);
      } else if (text[at] === '{' && depth < maxDepth && outerKeys.has(key.toLowerCase())) {
        const inner = this.examine(at, depth + 1);
        if (inner.kind === 'unknown') return inner;
        if (inner.kind === 'wrapper') {
          const keys = [key, ...inner.keys] as const;
          if (!inner.isEmpty) return { ...inner, keys };
          list = moreLikely({ keys, at: inner.at, isEmpty: true }, list);
        }
      }
      const end = valueEnd(this.#scanner, text, at);
      if (end === undefined && this.#scanner.mismatch !== -1) return { kind: 'record' };
      at = end === undefined ? text.length : skipSpace(text, end);
      if (at >= text.length) return this.#undecided(list, isRecord);
      if (text[at] !== ',') return decided(list, isRecord);
      at++;
    }
  }

  /** An object with a list may still turn out to be a record until enough of the text has arrived. */
  #undecided(list: ObjectList | undefined, isRecord: boolean): TopLevelObject {
    const enough = this.#last || this.#text.length >= charactersExamined;
    const wrapper = enough ? wrapperOf(list, isRecord) : undefined;
    return wrapper ?? { kind: 'unknown', ...(isRecord ? {} : named(list)) };
  }

  /** The next member: its key and the index of its value. Undefined if there is none or it is not JSON. */
  #member(from: number): { key: string; value: number } | 'unknown' | undefined {
    const text = this.#text;
    let at = skipSpace(text, from);
    if (at >= text.length) return 'unknown';
    if (text[at] !== '"') return undefined;
    const keyEnd = closingQuote(text, at);
    if (keyEnd === -1) return 'unknown';
    const key = text.slice(at + 1, keyEnd);
    at = skipSpace(text, keyEnd + 1);
    if (at >= text.length) return 'unknown';
    if (text[at] !== ':') return undefined;
    at = skipSpace(text, at + 1);
    return at >= text.length ? 'unknown' : { key, value: at };
  }

  /** What a list contains, by its first element. */
  #listAt(bracket: number, key: string): 'records' | 'objects' | 'empty' | 'other' | 'unknown' {
    const text = this.#text;
    const first = skipSpace(text, bracket + 1);
    if (first >= text.length) return 'unknown';
    if (text[first] === ']') return 'empty';
    if (text[first] !== '{') return 'other';
    if (key === 'data') return 'records';
    const end = valueEnd(this.#scanner, text, first);
    if (end === undefined) return this.#scanner.mismatch === -1 && !this.#last ? 'unknown' : 'objects';
    return text.slice(first, end).includes('"user_id"') ? 'records' : 'objects';
  }
}

/** The list that more likely contains the records; the first one if both do. */
function moreLikely(list: ObjectList, other: ObjectList | undefined): ObjectList {
  if (!other) return list;
  const rank = ({ keys, isEmpty }: ObjectList) => {
    if (isEmpty) return keys[0] === 'data' ? 2 : 0;
    return isUsual(keys[0]) ? 3 : 1;
  };
  return rank(list) > rank(other) ? list : other;
}

/** For a complete object. */
function decided(list: ObjectList | undefined, isRecord: boolean): TopLevelObject {
  return wrapperOf(list, isRecord) ?? { kind: 'record', ...named(list) };
}

function named(list: ObjectList | undefined): { readonly list?: string } {
  return list && !list.isEmpty ? { list: list.keys[0] } : {};
}

/** `isRecord`: other keys of the object indicate that it is a record. */
function wrapperOf(list: ObjectList | undefined, isRecord: boolean): TopLevelObject | undefined {
  if (!list || !isUsual(list.keys.at(-1)!)) return undefined;
  const certain = list.keys.at(-1) === 'data';
  return certain || !isRecord ? { kind: 'wrapper', ...list, certain } : undefined;
}

function isUsual(key: string): boolean {
  return listKeys.has(key.toLowerCase());
}

export function wrapperWarning(path: string, list: string): string {
  return `${path}: the records in "${list}" were read; what surrounds them was ignored.`;
}

export function listWarning(path: string, list: string): string {
  return `${path}: an object with the list ${JSON.stringify(list)} was read as one record. ${listHint(path, list)}`;
}

/** How to use a list that does not look like one of records. */
export function listHint(path: string, list: string): string {
  const extract = shellLine(['jq', '-c', `.[${JSON.stringify(list)}][]`, path]);
  return `If the list ${JSON.stringify(list)} contains the records, extract them: ${extract}`;
}
