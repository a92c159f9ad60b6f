import { execFile } from 'node:child_process';
import { dirname } from 'node:path';
import type { World } from '../../world.ts';

/**
 * How git treats a file. A file that is `tracked` or `open` (neither tracked nor ignored) can end up in a
 * commit.
 */
export type GitState = 'tracked' | 'open' | 'ignored' | 'outside';

/** The state of a file, which need not exist. Without git, or outside a repository: `outside`. */
export async function gitState(path: string, env: World['env']): Promise<GitState> {
  const tracked = await git(['ls-files', '--error-unmatch', '--', path], path, env);
  if (tracked === 0) return 'tracked';
  const ignored = await git(['check-ignore', '--quiet', '--', path], path, env);
  if (ignored === 0) return 'ignored';
  return ignored === 1 ? 'open' : 'outside';
}

/** The configuration of an untrusted repository can name programs, none of which git may run. */
const inert = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null'];

/** Resolves with the exit code; undefined if git cannot be run. */
function git(args: readonly string[], path: string, env: World['env']): Promise<number | undefined> {
  const { PATH, HOME, USERPROFILE, SYSTEMROOT } = env;
  // Not the whole environment, which may contain the key. No objects are fetched from remotes.
  const clean = {
    ...{ PATH, HOME, USERPROFILE, SYSTEMROOT },
    ...{ GIT_ALLOW_PROTOCOL: 'none', GIT_NO_LAZY_FETCH: '1' },
  };
  // Windows looks for git in the working directory first, which may be an untrusted repository.
  const options = { cwd: SYSTEMROOT, env: clean };
  return new Promise((resolve) => {
    execFile('git', ['-C', dirname(path), ...inert, ...args], options, (error) => {
      if (!error) resolve(0);
      else resolve(typeof error.code === 'number' ? error.code : undefined);
    });
  });
}
