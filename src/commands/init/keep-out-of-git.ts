import { constants } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { orOutputError } from '../../files/write.ts';
import type { Logger } from '../../report/progress/logger.ts';
import { shellLine, shellWord } from '../../text.ts';
import type { World } from '../../world.ts';
import { canAsk, confirm } from '../ask.ts';
import { type GitState, gitState } from './git.ts';

/** Offers to add a file that contains the key to .gitignore, or warns that it can end up in a commit. */
export async function keepOutOfGit(target: string, world: World, logger: Logger): Promise<GitState> {
  const state = await gitState(target, world.env);
  if (state === 'tracked') {
    const command = shellLine(['git', '-C', dirname(target), 'rm', '--cached', basename(target)]);
    logger.warning(`${target} contains the key and is tracked by git.\n  To untrack it: ${command}`);
    return state;
  }
  if (state !== 'open') return state;
  const pattern = patternFor(basename(target));
  const ignoreFile = join(dirname(target), '.gitignore');
  const question = `${basename(target)} contains the key. Add it to .gitignore?`;
  if (canAsk(world) && (await confirm(question, world, { default: true }))) {
    await orOutputError(appendLine(ignoreFile, pattern), { name: ignoreFile });
    return 'ignored';
  }
  const command = `echo ${shellWord(pattern)} >> ${shellWord(ignoreFile)}`;
  logger.warning(`${target} contains the key and is not ignored by git.\n  To ignore it: ${command}`);
  return state;
}

/** A pattern that matches only the file of this name in the folder of the .gitignore. */
function patternFor(name: string): string {
  return `/${name.replace(/[\\*?[\]]/g, '\\$&').replace(/ +$/, (spaces) => spaces.replaceAll(' ', '\\ '))}`;
}

/** Appends a line to a file, but not through a symbolic link. */
async function appendLine(path: string, line: string): Promise<void> {
  const before = await readFile(path, 'utf8').catch(() => '');
  const gap = before === '' || before.endsWith('\n') ? '' : '\n';
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | (constants.O_NOFOLLOW ?? 0);
  const handle = await open(path, flags, 0o666);
  await handle.writeFile(`${gap}${line}\n`).finally(() => handle.close());
}
