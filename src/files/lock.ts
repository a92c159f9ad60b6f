import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { UsageError } from '../errors.ts';

/** Held while a run writes a journal; goes with `release`, or with the process. */
export interface Lock {
  release(): Promise<void>;
}

/** Runs that find the same stale lock may need a few rounds until one of them has it. */
const mostTries = 10;

/**
 * Takes the lock of a journal. Throws UsageError when another run that is still alive holds it.
 * A lock that a killed process left behind is taken over.
 */
export async function lock(path: string): Promise<Lock> {
  // A lock appears with its content in one step, so that nobody reads half of it; two runs may be of one process.
  const draft = `${path}.${process.pid}.${randomUUID()}`;
  await writeFile(draft, await nameOf(process.pid), { mode: 0o600 });
  try {
    return await take(path, draft);
  } finally {
    await rm(draft, { force: true });
  }
}

async function take(path: string, draft: string): Promise<Lock> {
  let holder = '';
  for (let tries = 0; tries < mostTries; tries++) {
    try {
      await link(draft, path);
      return { release: () => rm(path, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    holder = await readFile(path, 'utf8').catch(() => '');
    if (await isAlive(holder)) break;
    await removeStale(path, holder, `${draft}.stale`);
  }
  const pid = Number.parseInt(holder, 10);
  throw new UsageError(`Another upload of the same input is running${pid ? ` (process ${pid})` : ''}.`, {
    hint: 'Wait until it ends, or stop it first.',
  });
}

/** Moved away before it is looked at again: between the first look and this another run may have put its own lock there. */
async function removeStale(path: string, holder: string, aside: string): Promise<void> {
  try {
    await rename(path, aside);
    if ((await readFile(aside, 'utf8')) !== holder) await link(aside, path).catch(() => {});
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  } finally {
    await rm(aside, { force: true });
  }
}

/** Numbers of processes are used again: a process is the same only when it also began at the same time. */
async function isAlive(holder: string): Promise<boolean> {
  const pid = Number.parseInt(holder, 10);
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return holder === (await nameOf(pid));
}

/** The number of a process and when it began, in ticks since the machine did; without the latter where the system does not tell. */
async function nameOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The name of the program, in parentheses, may hold anything; fields are counted from behind it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // A killed process that nobody has buried yet holds nothing any more.
  return fields[0] === 'Z' ? 'none' : `${pid} ${fields[19] ?? ''}`;
}
