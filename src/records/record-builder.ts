import { isObject, toJson } from '../contract/json.ts';
import { attributePath, attributesField } from '../contract/user-fields.ts';
import type { FixedValues } from './columns/fixed-values.ts';
import { type AttributeTarget, type Entry, labelOf, type Target } from './columns/target.ts';
import type { Reason } from './record.ts';
import { InvalidValue } from './values/invalid-value.ts';
import { show } from './values/show.ts';

/** One user record under construction: its fields, its custom attributes, and what is wrong with them. */
export class RecordBuilder {
  readonly fields: Entry[] = [];
  /** Custom attributes that have a column or key of their own. */
  readonly attributes: Entry<AttributeTarget>[] = [];
  /** custom_attributes given as one object. For any other value the record is already rejected. */
  attributesObject: unknown;
  readonly reasons: Reason[] = [];
  id: string | undefined;
  hasId = false;
  /** Whether the record differs from the JSON text that it was read from. */
  changed = false;

  /** Adds a field, or a key that is kept. Invalid values too: a rejected record shows what was found. */
  put(target: Target, value: unknown, invalid = false): void {
    this.fields.push({ target, value, invalid });
    if (target.path !== 'user_id') return;
    this.hasId = true;
    if (typeof value === 'string') this.id = value;
  }

  putAttribute(target: AttributeTarget, value: unknown, invalid = false): void {
    this.attributes.push({ target, value, invalid });
  }

  reject(path: string, { reason, found, hint, at }: InvalidValue): void {
    this.reasons.push({
      field: path + at,
      reason,
      ...(found === undefined ? {} : { found }),
      ...(hint === undefined ? {} : { hint }),
      by: 'local',
    });
  }

  /** Merges the attributes from all sources and adds the values of --set, which win. */
  complete(fixed: FixedValues): void {
    const hasSeparate = this.attributes.length > 0 || fixed.attributes.length > 0;
    if (hasSeparate && isObject(this.attributesObject)) {
      this.#separateAttributes(this.attributesObject, fixed.paths);
      this.attributesObject = undefined;
      this.changed = true;
    }
    if (this.changed) this.#rejectDuplicates();
    if (fixed.paths.size === 0) return;
    this.changed = true;
    this.fields.push(...fixed.fields);
    this.attributes.push(...fixed.attributes);
  }

  /** The record as JSON text. Concatenated, so that `__proto__` is a key like any other. */
  toJson(): string {
    let json = '{';
    for (const { target, value } of this.fields) json += `${comma(json)}${target.label}${toJson(value)}`;
    const attributes = this.#attributesJson();
    if (attributes !== undefined) json += `${comma(json)}"${attributesField}":${attributes}`;
    return `${json}}`;
  }

  #attributesJson(): string | undefined {
    if (this.attributes.length === 0)
      return this.attributesObject === undefined ? undefined : toJson(this.attributesObject);
    let json = '{';
    for (const { target, value } of this.attributes) json += `${comma(json)}${target.label}${toJson(value)}`;
    return `${json}}`;
  }

  #separateAttributes(attributes: Readonly<Record<string, unknown>>, fixed: ReadonlySet<string>): void {
    for (const [name, value] of Object.entries(attributes)) {
      const path = attributePath(name);
      if (fixed.has(path)) continue;
      const label = labelOf(name);
      const source = attributesField;
      this.putAttribute(
        { kind: 'attribute', name, type: undefined, source, path, label, inPlace: false },
        value,
      );
    }
  }

  /** With two sources for one value, neither is chosen silently. */
  #rejectDuplicates(): void {
    const sources = new Map<string, string>();
    for (const { target } of [...this.fields, ...this.attributes]) {
      const other = sources.get(target.path);
      if (other === undefined) {
        sources.set(target.path, target.source);
        continue;
      }
      const both = `${show(other)} and ${show(target.source)}`;
      const hint = 'Leave one of them out, or map it to another field with --map.';
      this.reject(target.path, new InvalidValue(`given twice, in ${both}`, { hint }));
    }
  }
}

function comma(json: string): string {
  return json.length > 1 ? ',' : '';
}
