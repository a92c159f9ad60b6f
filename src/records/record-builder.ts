import { isObject, type JsonObject, toJson } from '../contract/json.ts';
import { hasDelicateNumber, type SourceText, type TextPath } from '../contract/source-text.ts';
import { attributePath, attributesField } from '../contract/user-fields.ts';
import { shorten } from '../text.ts';
import type { FixedValues } from './columns/fixed-values.ts';
import { separationHint } from './columns/name-hints.ts';
import { type AttributeTarget, type Entry, labelOf } from './columns/target.ts';
import type { Reason } from './record.ts';
import { InvalidValue } from './values/invalid-value.ts';
import { show } from './values/show.ts';

/** One user record under construction: its fields, its custom attributes, and what is wrong with them. */
export class RecordBuilder {
  readonly fields: Entry[] = [];
  /** Custom attributes with their own column or key. */
  readonly attributes: Entry<AttributeTarget>[] = [];
  readonly reasons: Reason[] = [];
  id: string | undefined;
  hasId = false;
  /** Keys of a JSON record that became custom attributes by default. */
  readonly unknownKeys: string[] = [];
  /** Whether the record differs from the JSON text that it was read from. */
  changed = false;
  /** The text of a record that was read from JSON. */
  readonly text: SourceText | undefined;
  #attributesObject: unknown;
  /** The column or key that `#attributesObject` comes from. */
  #attributesSource: string = attributesField;

  constructor(text?: SourceText) {
    this.text = text;
  }

  /**
   * Adds a field, or a key that is kept. Also invalid values, because a rejected record shows what was found.
   */
  put(entry: Entry): void {
    this.fields.push(entry);
    if (entry.target.path !== 'user_id') return;
    this.hasId = true;
    if (typeof entry.value === 'string') this.id = entry.value;
  }

  /** custom_attributes given as one object. Any other value has already rejected the record. */
  get attributesObject(): unknown {
    return this.#attributesObject;
  }

  putAttributes(value: unknown, source: string): void {
    if (this.#attributesObject !== undefined)
      this.reject(attributesField, givenTwice(attributesField, this.#attributesSource, source));
    this.#attributesObject = value;
    this.#attributesSource = source;
  }

  reject(path: string, { reason, found, hint, at }: InvalidValue): void {
    this.reasons.push({
      field: shorten(path + at, maxPathLength),
      reason,
      ...(found === undefined ? {} : { found }),
      ...(hint === undefined ? {} : { hint }),
      by: 'local',
    });
  }

  /** Merges the attributes from all sources. The values of --set override the others. */
  complete(fixed: FixedValues): void {
    const hasSeparate = this.attributes.length > 0 || fixed.attributes.length > 0;
    if (hasSeparate && isObject(this.#attributesObject)) {
      this.#separateAttributes(this.#attributesObject, fixed.paths);
      this.#attributesObject = undefined;
      this.changed = true;
    }
    if (this.changed) this.#rejectDuplicates();
    if (fixed.paths.size === 0) return;
    this.changed = true;
    this.fields.push(...fixed.fields);
    this.attributes.push(...fixed.attributes);
  }

  /** All values that are sent. */
  values(): unknown[] {
    const single = [...this.fields, ...this.attributes].map(({ value }) => value);
    return this.#attributesObject === undefined ? single : [...single, this.#attributesObject];
  }

  /** The record as JSON text: the text that was read, if nothing changed. */
  toJson(): string {
    if (this.text !== undefined && !this.changed) return this.text.raw.trim();
    // Concatenated, so that `__proto__` is an ordinary key.
    let json = '{';
    for (const entry of this.fields) json += `${comma(json)}${entry.target.label}${this.#valueJson(entry)}`;
    const attributes = this.#attributesJson();
    if (attributes !== undefined) json += `${comma(json)}"${attributesField}":${attributes}`;
    return `${json}}`;
  }

  #attributesJson(): string | undefined {
    if (this.attributes.length === 0) {
      const value = this.#attributesObject;
      return value === undefined ? undefined : this.#valueJson({ value, text: this.#attributesSource });
    }
    let json = '{';
    for (const entry of this.attributes)
      json += `${comma(json)}${entry.target.label}${this.#valueJson(entry)}`;
    return `${json}}`;
  }

  #valueJson({ value, text }: { value: unknown; text?: TextPath | undefined }): string {
    const original = text !== undefined && hasDelicateNumber(value) ? this.text?.of(text) : undefined;
    return original ?? toJson(value);
  }

  #separateAttributes(attributes: JsonObject, fixed: ReadonlySet<string>): void {
    for (const [name, value] of Object.entries(attributes)) {
      const path = attributePath(name);
      if (fixed.has(path)) continue;
      const place = { source: path, path, label: labelOf(name), inPlace: false };
      const target = { kind: 'attribute', name, type: undefined, ...place } as const;
      this.attributes.push({ target, value, invalid: false, text: [this.#attributesSource, name] });
    }
  }

  /** If one value has two sources, neither is chosen silently. */
  #rejectDuplicates(): void {
    const sources = new Map<string, string>();
    for (const { target } of [...this.fields, ...this.attributes]) {
      const other = sources.get(target.path);
      if (other === undefined) {
        sources.set(target.path, target.source);
        continue;
      }
      this.reject(target.path, givenTwice(target.path, other, target.source));
    }
  }
}

/** Max length of a path: keys may have any length, and each reason is kept until the end of the run. */
const maxPathLength = 200;

function givenTwice(path: string, one: string, other: string): InvalidValue {
  const hint = separationHint(path, one, other);
  return new InvalidValue(`given twice, in ${show(one)} and ${show(other)}`, { hint });
}

function comma(json: string): string {
  return json.length > 1 ? ',' : '';
}
