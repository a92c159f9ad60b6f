import { fieldNames } from '../../contract/user-fields.ts';
import { shellWord } from '../../text.ts';
import { show } from '../values/show.ts';
import type { Target } from './target.ts';

function bare(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

const fieldByBareName: ReadonlyMap<string, string> = new Map(fieldNames.map((name) => [bare(name), name]));

/** Columns or keys such as `Created At` that are a field of Miso's but for case and spacing, and were not taken for it. */
export function nearFields(targets: readonly Target[]): { column: string; field: string }[] {
  const taken = new Set(targets.map((target) => target.path));
  const near: { column: string; field: string }[] = [];
  for (const target of targets) {
    // What a setting sent elsewhere was looked at by the user already.
    const chosen = target.kind === 'field' || !target.path.endsWith(target.source);
    const field = chosen ? undefined : fieldByBareName.get(bare(target.source));
    if (field !== undefined && field !== target.source && !taken.has(field))
      near.push({ column: target.source, field });
  }
  return near;
}

/** What is said of such a column, or key. */
export function nearFieldText(noun: 'column' | 'key', name: string, field: string): string {
  const option = `--map ${shellWord(`${name}=${field}`)}`;
  return `${noun} ${show(name)} is not taken for the field ${field}: ${option} makes it that`;
}
