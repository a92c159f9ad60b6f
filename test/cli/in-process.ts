import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { readFileSync } from 'node:fs';
import { Readable, Writable } from 'node:stream';
import { runProgram } from '../../src/cli/run.ts';
import { systemClock } from '../../src/clock.ts';
import { createProgram } from '../../src/commands/program.ts';
import { reportFailedInvocation } from '../../src/commands/report-failure.ts';
import { apiKeysIn, SecretRegistry } from '../../src/redact.ts';
import { createOutput } from '../../src/report/output.ts';
import type { World } from '../../src/world.ts';

interface Given {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly stdin: string | Buffer | Readable;
}

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

/** Runs a command line in the process of the tests, in a world like that of a process whose output goes to pipes. */
export async function runInProcess(args: readonly string[], { cwd, env, stdin }: Given) {
  const secrets = new SecretRegistry();
  for (const key of apiKeysIn(env, args)) secrets.add(key);
  const stdout = new Pipe();
  const stderr = new Pipe();
  const soft = new AbortController();
  const hard = new AbortController();
  setMaxListeners(0, soft.signal, hard.signal);
  const world: World = {
    ...{ env, cwd, secrets, version, clock: systemClock, runId: randomUUID() },
    ...(env['HOME'] ? { home: env['HOME'] } : {}),
    stdin: stdin instanceof Readable ? stdin : Readable.from(stdin.length === 0 ? [] : [Buffer.from(stdin)]),
    stdout: createOutput(stdout.stream, { name: 'Standard output', env }),
    stderr: createOutput(stderr.stream, { name: 'Standard error', env }),
    stop: { soft: soft.signal, hard: hard.signal },
    stopAfter: (ms, reason) => setTimeout(() => soft.abort(reason), ms).unref(),
    platform: `Node ${process.versions.node}, ${process.platform} ${process.arch}`,
    readAsset: (name) => readFileSync(name, 'utf8'),
  };
  const code = await runProgram(args, {
    ...{ world, program: createProgram(version), crash: new Promise<never>(() => {}) },
    reportFailure: (invocation, error) => reportFailedInvocation(invocation, error, world),
  });
  return { code, signal: null, stdout: stdout.text(), stderr: secrets.redact(stderr.text()) };
}

/** What a process writes to a pipe that is read to its end. */
class Pipe extends Writable {
  readonly #chunks: Buffer[] = [];
  /** No file. */
  readonly fd = -1;

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.#chunks.push(chunk);
    done();
  }

  get stream() {
    return this as unknown as NodeJS.WriteStream & { readonly fd: number };
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString();
  }
}
