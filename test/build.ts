import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** The tests of the command run the bundle: it is made once when it is missing. `npm test` always makes it anew. */
export default function setup(): void {
  if (!existsSync('dist/cli/main.cjs'))
    execFileSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' });
}
