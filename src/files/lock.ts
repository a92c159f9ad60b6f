import { randomUUID } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { isObject, parseJson } from '../contract/json.ts';
import { UsageError } from '../errors.ts';
import { type Disk, openFlags, systemDisk } from './disk.ts';

/** Ends with `release`, or with the process. */
export interface Lock {
  release(): Promise<void>;
}

export interface LockOptions {
  /** What holds the lock, for the error: "Another upload of the same input is running". */
  readonly what: string;
  /** The name of this machine. In a container it differs from that of the host. */
  readonly host?: string;
  /** Milliseconds between updates of the lock file. */
  readonly refreshMs?: number;
  /** Milliseconds without an update after which a lock is stale, if its process cannot be checked. */
  readonly staleMs?: number;
  readonly disk?: Disk;
}

/** Identifies a process, even after a reboot, or on another machine that shares the folder. */
interface Holder {
  readonly token: string;
  readonly host: string;
  /** Changes with each boot; empty if unknown. */
  readonly boot: string;
  readonly pid: number;
  /** When the process started, in ticks since boot; empty if unknown. */
  readonly started: string;
}

/** Where a lock is taken. */
interface Place {
  readonly host: string;
  readonly disk: Disk;
}

const defaultRefreshMs = 15_000;
const defaultStaleMs = 90_000;
/** Several processes may find the same stale lock. */
const maxTries = 10;

/**
 * Takes a lock that is a file. A lock is taken over if its process has ended. If that is unknown, because the
 * process is on another machine or processes cannot be identified, it is taken over after `staleMs` without
 * an update. Throws UsageError if another process holds it.
 */
export async function lock(path: string, options: LockOptions): Promise<Lock> {
  const { host = hostname(), refreshMs = defaultRefreshMs, disk = systemDisk } = options;
  const holder = { token: randomUUID(), host, ...(await thisProcess()) };
  const content = `${JSON.stringify(holder)}\n`;
  const draft = `${path}.${holder.token}`;
  // Linking a complete file makes the lock appear with its content in one step.
  await writeFile(draft, content, { flag: 'wx', mode: 0o600 });
  try {
    await take(path, draft, { ...options, host, disk });
  } finally {
    await disk.remove(draft);
  }
  const timer = setInterval(() => void refresh(path, content, disk).catch(() => {}), refreshMs);
  timer.unref();
  return {
    release: async () => {
      clearInterval(timer);
      if (await contains(path, content))
        await removeLock(path, content, { aside: `${draft}.released`, disk });
    },
  };
}

async function take(path: string, draft: string, options: LockOptions & Place): Promise<void> {
  let current = '';
  for (let tries = 0; tries < maxTries; tries++) {
    try {
      return await options.disk.link(draft, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    current = await readFile(path, 'utf8').catch(() => '');
    if (await isHeld(path, current, { draft, ...options })) break;
    await removeLock(path, current, { aside: `${draft}.stale`, disk: options.disk });
  }
  const holder = holderOf(current);
  const where = holder && holder.host !== options.host ? ` on ${holder.host}` : '';
  const who = holder ? ` (process ${holder.pid}${where})` : '';
  throw new UsageError(`${options.what}${who}.`, { hint: 'Wait until it ends, or stop it first.' });
}

/**
 * Removes a lock with this content. Renames it before reading it again, because another process may have
 * replaced it meanwhile.
 */
async function removeLock(
  path: string,
  content: string,
  { aside, disk }: { readonly aside: string; readonly disk: Disk },
): Promise<void> {
  try {
    await disk.rename(path, aside);
    if ((await readFile(aside, 'utf8')) !== content) await disk.link(aside, path).catch(() => {});
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  } finally {
    await disk.remove(aside);
  }
}

async function isHeld(
  path: string,
  content: string,
  { draft, host, staleMs = defaultStaleMs }: LockOptions & { draft: string; host: string },
): Promise<boolean> {
  const holder = holderOf(content);
  if (!holder) return false;
  if (holder.host === host) {
    const { boot } = await thisProcess();
    if (holder.boot !== boot || !isRunning(holder.pid)) return false;
    const started = await startOf(holder.pid);
    if (holder.started !== '' && started !== '') return holder.started === started;
  }
  // Both times are from the clock of the file system, which may differ from that of this machine.
  const [lockStats, draftStats] = await Promise.all([stat(path).catch(() => undefined), stat(draft)]);
  return lockStats !== undefined && draftStats.mtimeMs - lockStats.mtimeMs < staleMs;
}

/**
 * Writes the same bytes again, which updates the time of the file without changing its content. Uses one file
 * handle, because another process may take the lock over between two steps.
 */
async function refresh(path: string, content: string, disk: Disk): Promise<void> {
  const file = await disk.open(path, openFlags.existing);
  try {
    const found = await file.read(Buffer.alloc(Buffer.byteLength(content)), { position: 0 });
    if (found.buffer.toString('utf8') === content) await file.write(content, 0);
  } finally {
    await file.close();
  }
}

async function contains(path: string, content: string): Promise<boolean> {
  return (await readFile(path, 'utf8').catch(() => '')) === content;
}

function holderOf(content: string): Holder | undefined {
  const holder = parseJson(content);
  if (!isObject(holder) || !Number.isSafeInteger(holder['pid']) || (holder['pid'] as number) <= 0)
    return undefined;
  return typeof holder['host'] === 'string' ? (holder as unknown as Holder) : undefined;
}

async function thisProcess(): Promise<Pick<Holder, 'boot' | 'pid' | 'started'>> {
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  return { boot: boot.trim(), pid: process.pid, started: await startOf(process.pid) };
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's process.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** When a process started, in ticks since boot. Empty if the system does not provide it. */
async function startOf(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The name of the program, in parentheses, may contain spaces and parentheses itself.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  // A zombie has ended and holds no locks.
  return fields[0] === 'Z' ? 'none' : (fields[19] ?? '');
}
