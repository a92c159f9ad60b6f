import { execFile } from 'node:child_process';
import { dirname } from 'node:path';

/** How git treats a file. A file that is `tracked` or `open` (neither tracked nor ignored) can end up in a commit. */
export type GitState = 'tracked' | 'open' | 'ignored' | 'outside';

/** The state of a file, which need not exist. Without git, or outside a repository: `outside`. */
export async function gitState(path: string): Promise<GitState> {
  const tracked = await git(['ls-files', '--error-unmatch', '--', path], path);
  if (tracked === 0) return 'tracked';
  const ignored = await git(['check-ignore', '--quiet', '--', path], path);
  if (ignored === 0) return 'ignored';
  return ignored === 1 ? 'open' : 'outside';
}

/** Resolves with the exit code; undefined if git cannot be run. */
function git(args: readonly string[], path: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    execFile('git', args, { cwd: dirname(path) }, (error) => {
      if (!error) resolve(0);
      else resolve(typeof error.code === 'number' ? error.code : undefined);
    });
  });
}
