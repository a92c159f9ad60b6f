import { isObject } from '../../contract/json.ts';
import { attributePath, attributesField } from '../../contract/user-fields.ts';
import { Fault } from '../checks/fault.ts';
import type { FixedValues } from '../values/fixed-values.ts';
import { show } from '../values/show.ts';
import type { Draft } from './draft.ts';

/** Spreads custom_attributes that came in one piece among those that came one by one. */
function spread(draft: Draft, whole: Readonly<Record<string, unknown>>, fixed: ReadonlySet<string>): void {
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
    draft.attributes.push({ target, value, faulty: false });
  }
  draft.whole = undefined;
}

/** Two sources for one value: neither is picked in silence. */
function rejectDoubles(draft: Draft): void {
  const sources = new Map<string, string>();
  for (const { target } of [...draft.fields, ...draft.attributes]) {
    const other = sources.get(target.path);
    if (other === undefined) {
      sources.set(target.path, target.source);
      continue;
    }
    draft.reject(
      target.path,
      new Fault(`expected one value, found one in ${show(other)} and one in ${show(target.source)}`, {
        hint: 'Leave one of the two out, or send it elsewhere with --map.',
      }),
    );
  }
}

/** Brings what came from different places together: whole and single attributes, and the values of --set. */
export function complete(draft: Draft, fixed: FixedValues): void {
  const apart = draft.attributes.length > 0 || fixed.attributes.length > 0;
  if (apart && isObject(draft.whole)) {
    spread(draft, draft.whole, fixed.paths);
    draft.changed = true;
  }
  if (draft.changed) rejectDoubles(draft);
  if (fixed.paths.size === 0) return;
  draft.changed = true;
  draft.fields.push(...fixed.fields);
  draft.attributes.push(...fixed.attributes);
}
