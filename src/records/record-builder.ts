import { toJson } from '../contract/json.ts';
import { attributesField } from '../contract/user-fields.ts';
import type { AttributeTarget, Target } from './columns/target.ts';
import type { Reason } from './record.ts';
import type { InvalidValue } from './values/invalid-value.ts';

/** One value on its way into a record. */
export interface Entry<T extends Target = Target> {
  readonly target: T;
  readonly value: unknown;
  /** Already rejected: the value is as it was found, and no further check applies. */
  readonly faulty: boolean;
}

/** A record while it is put together: its fields, its attributes, and everything that is wrong with it. */
export class RecordBuilder {
  readonly fields: Entry[] = [];
  /** Attributes that came one by one. */
  readonly attributes: Entry<AttributeTarget>[] = [];
  /** custom_attributes as it came in one piece; anything but an object has been rejected. */
  whole: unknown;
  readonly reasons: Reason[] = [];
  id: string | undefined;
  hasId = false;
  /** Whether it differs from the JSON text that it came from. */
  changed = false;

  /** Keeps a field's value, also a faulty one: a rejected record shows what was found. */
  put(target: Target, value: unknown, faulty = false): void {
    this.fields.push({ target, value, faulty });
    if (target.path !== 'user_id') return;
    this.hasId = true;
    if (typeof value === 'string') this.id = value;
  }

  reject(path: string, fault: InvalidValue): void {
    const { reason, found, hint } = fault;
    this.reasons.push({
      field: path + fault.at,
      reason,
      ...(found === undefined ? {} : { found }),
      ...(hint === undefined ? {} : { hint }),
      by: 'local',
    });
  }

  /** The record as JSON text. Written by hand, so that a key such as `__proto__` is a key like any other. */
  toJson(): string {
    let json = '{';
    for (const { target, value } of this.fields)
      json += `${json.length > 1 ? ',' : ''}${target.label}${toJson(value)}`;
    const attributes = this.#attributesJson();
    if (attributes !== undefined) json += `${json.length > 1 ? ',' : ''}"${attributesField}":${attributes}`;
    return `${json}}`;
  }

  #attributesJson(): string | undefined {
    if (this.attributes.length === 0) return this.whole === undefined ? undefined : toJson(this.whole);
    let json = '{';
    for (const { target, value } of this.attributes) {
      json += `${json.length > 1 ? ',' : ''}${target.label}${toJson(value)}`;
    }
    return `${json}}`;
  }
}
