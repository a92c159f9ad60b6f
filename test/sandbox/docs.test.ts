import { readFile } from 'node:fs/promises';
import { load } from 'js-yaml';
import { beforeAll, expect, it } from 'vitest';
import { parseFaultPlan } from '../../src/sandbox/faults/fault-plan.ts';

let page = '';
beforeAll(async () => {
  page = await readFile(new URL('../../docs/sandbox.md', import.meta.url), 'utf8');
});

/** What a plan's error message lists after `before`. */
function listed(plan: unknown, before: string): string[] {
  try {
    parseFaultPlan(plan);
  } catch (error) {
    const list = String(error).split(before)[1]?.split(/[;\n]/)[0] ?? '';
    return list.split(', ').map((name) => name.trim());
  }
  return [];
}

it('names all actions', () => {
  const actions = listed({ faults: [{ do: '?' }] }, 'expected one of ');
  expect(actions).toContain('reset-after');
  expect(actions.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});

it('names all keys of a fault', () => {
  const keys = listed({ faults: [{ do: 'status', xxxxxxxx: 1 }] }, 'allowed: ');
  expect(keys).toContain('retryAfter');
  expect(keys.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});

it('shows fault files that can be used', () => {
  const files = [...page.matchAll(/```(?:json|yaml)\n(.*?)```/gs)].map((match) => match[1] ?? '');
  expect(files.length).toBeGreaterThan(4);
  for (const file of files) expect(() => parseFaultPlan(load(file))).not.toThrow();
});
