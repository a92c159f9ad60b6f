import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { UsageError } from '../errors.ts';

/** Held while a run writes a journal; goes with `release`, or with the process. */
export interface Lock {
  release(): Promise<void>;
}

/**
 * Takes the lock of a journal. Throws UsageError when another run that is still alive holds it.
 * A lock that a killed process left behind is taken over.
 */
export async function lock(path: string): Promise<Lock> {
  const owner = `${process.pid} ${await startOf(process.pid)}`;
  // A lock appears with its content in one step, so that nobody reads half of it.
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, owner, { mode: 0o600 });
  try {
    return await take(path, draft);
  } finally {
    await rm(draft, { force: true });
  }
}

async function take(path: string, draft: string): Promise<Lock> {
  for (let tries = 0; ; tries++) {
    try {
      await link(draft, path);
      return { release: () => rm(path, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = await readFile(path, 'utf8').catch(() => '');
    const pid = Number.parseInt(holder, 10);
    if (tries > 0 || (await isAlive(pid, holder))) {
      throw new UsageError(`Another upload of the same input is running${pid ? ` (process ${pid})` : ''}.`, {
        hint: 'Wait until it ends, or stop it first.',
      });
    }
    await rm(path, { force: true });
  }
}

/** Numbers of processes are used again: a process is the same only when it also began at the same time. */
async function isAlive(pid: number, holder: string): Promise<boolean> {
  if (!pid) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return holder === `${pid} ${await startOf(pid)}`;
}

/** When a process began, in ticks since the machine did; '' where the system does not tell. */
async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The name of the program, in parentheses, may hold anything; fields are counted from behind it.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}
