import { isObject, type JsonObject, parseJson } from '../contract/json.ts';
import { rawKey, reasonsColumn } from '../contract/rejects-keys.ts';
import { fieldNames } from '../contract/user-fields.ts';
import { closest, shellWord } from '../text.ts';
import type { AttributesTarget, AttributeTarget, FieldTarget, KeptTarget, Target } from './columns/target.ts';
import type { RecordBuilder } from './record-builder.ts';
import { convert } from './values/convert.ts';
import type { DateRules } from './values/dates.ts';
import { InvalidValue } from './values/invalid-value.ts';
import { digitsOf } from './values/numbers.ts';

/** How JSON records are read. */
export interface JsonRules {
  readonly dates: DateRules;
  readonly listSeparator: string;
  readonly route: (key: string) => Target;
  /** Where each value of custom_attributes goes; undefined when all of them stay. */
  readonly routeAttribute: ((name: string) => Target) | undefined;
}

/** A JSON record: its object, and the text of it, which has numbers with all their digits. */
export interface JsonSource {
  readonly object: JsonObject;
  readonly raw: string;
}

/** One key of a JSON object with its value. */
interface Member {
  readonly key: string;
  readonly value: unknown;
}

const notAnObject = 'expected a JSON object: one user record';

/** The JSON object of a record. In a rejects file, `_raw` holds the text of a record that could not be parsed. */
export function jsonSource(value: unknown, raw: string): JsonSource | InvalidValue {
  if (!isObject(value)) {
    const hint = Array.isArray(value) ? 'Put each record of the list on a line of its own.' : undefined;
    return new InvalidValue(notAnObject, { value, hint });
  }
  const kept = value[rawKey];
  if (typeof kept !== 'string' || Object.keys(value).some((key) => key !== rawKey && key !== reasonsColumn)) {
    return { object: value, raw };
  }
  const parsed = parseJson(kept);
  if (isObject(parsed)) return { object: parsed, raw: kept };
  return new InvalidValue(notAnObject, {
    value: kept,
    hint: 'Fix the text in _raw, or replace it with the record.',
  });
}

/** Adds the keys of a JSON object to a record. */
export function addObject(builder: RecordBuilder, source: JsonSource, rules: JsonRules): void {
  new ObjectReader(builder, source.raw, rules).addAll(source.object);
}

class ObjectReader {
  readonly #builder: RecordBuilder;
  readonly #raw: string;
  readonly #rules: JsonRules;

  constructor(builder: RecordBuilder, raw: string, rules: JsonRules) {
    this.#builder = builder;
    this.#raw = raw;
    this.#rules = rules;
  }

  addAll(object: JsonObject): void {
    for (const key in object) this.#add(this.#rules.route(key), { key, value: object[key] });
  }

  #add(target: Target, member: Member): void {
    if (!target.inPlace) this.#builder.changed = true;
    switch (target.kind) {
      case 'ignored':
        return;
      case 'refused':
        this.#builder.reject(target.source, unknownField(member));
        this.#builder.put(target, member.value, true);
        return;
      case 'attributes':
        this.#addAttributes(target, member.value);
        return;
      default:
        this.#addValue(target, member);
    }
  }

  #addValue(target: FieldTarget | AttributeTarget | KeptTarget, member: Member): void {
    const { value } = member;
    if (target.kind === 'field' && value === null && this.#rules.dates.coerce) {
      this.#builder.changed = true;
      return;
    }
    const read = target.kind === 'field' ? this.#readField(target, member) : this.#readTyped(target, value);
    const invalid = read instanceof InvalidValue;
    if (invalid) this.#builder.reject(target.path, read);
    else if (read !== value) this.#builder.changed = true;
    const kept = invalid ? value : read;
    if (target.kind === 'attribute') this.#builder.putAttribute(target, kept, invalid);
    else this.#builder.put(target, kept, invalid);
  }

  #readField({ field }: FieldTarget, { key, value }: Member): unknown {
    const { dates } = this.#rules;
    if (typeof value !== 'number' || !field.isText || !dates.coerce) return field.check(value, dates);
    const digits = digitsOf(this.#raw, key, value);
    if (digits !== undefined) return field.check(digits, dates);
    return new InvalidValue('expected a string', {
      value,
      hint: 'Only whole numbers can be converted to text: put it in quotes.',
    });
  }

  /** --type is for texts: a value of another type keeps it. */
  #readTyped({ type }: AttributeTarget | KeptTarget, value: unknown): unknown {
    if (type === undefined || typeof value !== 'string') return value;
    return convert(value, type, this.#rules.listSeparator);
  }

  #addAttributes({ path }: AttributesTarget, value: unknown): void {
    const { routeAttribute, dates } = this.#rules;
    if (value === null && dates.coerce) {
      this.#builder.changed = true;
      return;
    }
    if (!isObject(value)) {
      const hint = 'Write the attributes as {"plan":"pro"}.';
      this.#builder.reject(path, new InvalidValue('expected an object', { value, hint }));
    }
    if (!isObject(value) || routeAttribute === undefined || isEmptyObject(value)) {
      this.#builder.attributesObject = value;
      return;
    }
    for (const key in value) this.#add(routeAttribute(key), { key, value: value[key] });
  }
}

function isEmptyObject(value: JsonObject): boolean {
  for (const _ in value) return false;
  return true;
}

function unknownField({ key, value }: Member): InvalidValue {
  const near = closest(key, fieldNames);
  return new InvalidValue('not a Miso user field', {
    value,
    hint:
      near === undefined
        ? 'Site-specific data belongs in custom_attributes: use --unknown custom.'
        : `Did you mean ${near}? Use --map ${shellWord(`${key}=${near}`)}`,
  });
}
