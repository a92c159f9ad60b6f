import { execFileSync } from 'node:child_process';

/** Tests that run the program never run an outdated build: one that differs from the sources is replaced first. */
export default function setup(): void {
  execFileSync(process.execPath, ['scripts/build.mjs', '--if-stale'], { stdio: 'inherit' });
}
