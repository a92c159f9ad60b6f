import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const imports = /^(?:import|export)[^;]*? from '(\.[^']+)';/gms;

/** Test files that run the built program or whole uploads and syncs. All others are unit tests. */
export function programTests(): string[] {
  return testsThatUse(/bin\/miso\.js|dist\/(?:cli|lib)|\brun(?:Upload|Sync)\(/);
}

/** Test files with a short form for `npm test` and a long one for `.ci/run`. */
export function scalableTests(): string[] {
  return testsThatUse(/from '(?:\.\.?\/)+effort\.ts'|from 'fast-check'/);
}

/** Test files in which, or in a helper of which, `pattern` matches. */
function testsThatUse(pattern: RegExp): string[] {
  const known = new Map<string, boolean>();
  const uses = (file: string): boolean => {
    const before = known.get(file);
    if (before !== undefined) return before;
    known.set(file, false); // helpers may import each other
    const text = readFileSync(file, 'utf8');
    const helpers = [...text.matchAll(imports)]
      .map(([, path = '']) => join(dirname(file), path).replaceAll('\\', '/'))
      .filter((path) => path.startsWith('test/'));
    const found = pattern.test(text) || helpers.some(uses);
    known.set(file, found);
    return found;
  };
  return readdirSync('test', { recursive: true, encoding: 'utf8' })
    .map((path) => `test/${path.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.test.ts') && uses(path))
    .sort();
}
