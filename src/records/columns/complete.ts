import { isObject } from '../../contract/json.ts';
import { attributePath, attributesField } from '../../contract/user-fields.ts';
import type { RecordBuilder } from '../record-builder.ts';
import { InvalidValue } from '../values/invalid-value.ts';
import { show } from '../values/show.ts';
import type { FixedValues } from './fixed-values.ts';

/** Spreads custom_attributes that came in one piece among those that came one by one. */
function spread(
  builder: RecordBuilder,
  whole: Readonly<Record<string, unknown>>,
  fixed: ReadonlySet<string>,
): void {
  for (const [name, value] of Object.entries(whole)) {
    const path = attributePath(name);
    if (fixed.has(path)) continue;
    const label = `${JSON.stringify(name)}:`;
    const target = {
      kind: 'attribute',
      name,
      type: undefined,
      source: attributesField,
      path,
      label,
      stays: false,
    } as const;
    builder.attributes.push({ target, value, faulty: false });
  }
  builder.whole = undefined;
}

/** Two sources for one value: neither is picked in silence. */
function rejectDoubles(builder: RecordBuilder): void {
  const sources = new Map<string, string>();
  for (const { target } of [...builder.fields, ...builder.attributes]) {
    const other = sources.get(target.path);
    if (other === undefined) {
      sources.set(target.path, target.source);
      continue;
    }
    builder.reject(
      target.path,
      new InvalidValue(`expected one value, found one in ${show(other)} and one in ${show(target.source)}`, {
        hint: 'Leave one of the two out, or send it elsewhere with --map.',
      }),
    );
  }
}

/** Brings what came from different places together: whole and single attributes, and the values of --set. */
export function complete(builder: RecordBuilder, fixed: FixedValues): void {
  const apart = builder.attributes.length > 0 || fixed.attributes.length > 0;
  if (apart && isObject(builder.whole)) {
    spread(builder, builder.whole, fixed.paths);
    builder.changed = true;
  }
  if (builder.changed) rejectDoubles(builder);
  if (fixed.paths.size === 0) return;
  builder.changed = true;
  builder.fields.push(...fixed.fields);
  builder.attributes.push(...fixed.attributes);
}
