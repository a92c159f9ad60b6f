import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Readable, type Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/http/server.ts';
import { short } from '../effort.ts';
import { freshFolder } from '../folder.ts';

export { type Files, freshFolder, writeAll } from '../folder.ts';

/** What `miso` is in a shell: the bundle, or the binary that MISO_BIN names. */
export const bin = resolve(
  process.env['MISO_BIN'] || fileURLToPath(new URL('../../bin/miso.js', import.meta.url)),
);
/** Whether the tests run the binary. */
export const isBinary = !bin.endsWith('.js');
/** The words that start the program. */
export const program: readonly [file: string, ...args: string[]] = isBinary ? [bin] : [process.execPath, bin];
/** The same for a shell. */
export const shellProgram = program.map((word) => `"${word}"`).join(' ');

export interface RunOptions {
  /** Working directory; default: a new one. */
  readonly cwd?: string;
  /** Added to an environment that has only PATH from the host. */
  readonly env?: Readonly<Record<string, string>>;
  /** The content of standard input; default: empty. */
  readonly stdin?: string | Buffer | Readable;
  /** Called once the process runs, for instance to send signals. */
  readonly started?: (child: ReturnType<typeof spawn>) => void;
}

export interface RunResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command and waits for its end: in a separate process, but see test/effort.ts. */
export async function run(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const { cwd = tmpdir(), stdin = '', started } = options;
  const env = { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', ...options.env };
  const needsProcess = started !== undefined || Object.keys(env).some((name) => name.startsWith('NODE_'));
  if (short && !isBinary && !needsProcess) {
    const { runInProcess } = await import('./in-process.ts');
    return await runInProcess(args, { cwd, env, stdin });
  }
  const [file, ...first] = program;
  const child = spawn(file, [...first, ...args], { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.on('error', () => {});
  if (stdin instanceof Readable) stdin.pipe(child.stdin);
  else child.stdin.end(stdin);
  const ended = endOf(child);
  started?.(child);
  return await ended;
}

/** Runs a script in bash, which has nothing to read, and waits for its end. */
export function bash(
  script: string,
  { flags = [], ...place }: { cwd: string; env: Record<string, string>; flags?: readonly string[] },
): Promise<RunResult> {
  const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe'];
  return endOf(spawn('bash', ['--norc', ...flags, '-c', script], { ...place, stdio }));
}

function endOf(child: ChildProcessByStdio<Writable | null, Readable, Readable>): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      resolve({ code, signal, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() });
    });
  });
}

/** A sandbox, closed after the test, and a way to run commands against it in a separate folder. */
export async function scene(options: SandboxOptions = {}) {
  const [sandbox, cwd] = await Promise.all([startSandbox(options), freshFolder()]);
  onTestFinished(() => sandbox.close());
  const env = { MISO_SERVER: sandbox.url, MISO_API_KEY: sandbox.key, XDG_STATE_HOME: join(cwd, '.state') };
  return {
    sandbox,
    cwd,
    env,
    miso: (args: readonly string[], more: RunOptions = {}) =>
      run(args, { cwd, ...more, env: { ...env, ...more.env } }),
  };
}

/** What the sandbox holds, as a plain object by id. */
export function stored(sandbox: Sandbox): Record<string, unknown> {
  return Object.fromEntries(sandbox.users.entries());
}
