import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Where a build records what it was made from. */
export const stamp = 'dist/.built-from';

const inputs = [
  'src',
  'scripts',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
];

/** A hash of every file that a build depends on. Content, not times: a checkout or a copy changes those. */
export function sourceHash(root = '.') {
  const hash = createHash('sha256');
  for (const path of inputs.flatMap((input) => filesOf(root, input)).sort()) {
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update('\0');
  }
  return hash.digest('hex');
}

/** Whether `dist` was built from the sources as they are now. */
export function isFresh() {
  try {
    return readFileSync(stamp, 'utf8') === sourceHash();
  } catch {
    return false;
  }
}

function filesOf(root, input) {
  if (input.includes('.')) return [input];
  return readdirSync(join(root, input), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath ?? entry.path, entry.name)));
}
