import { expect, onTestFinished } from 'vitest';
import { parseFaultPlan } from '../../src/sandbox/faults/fault-plan.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/http/server.ts';

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON. */
  readonly body: unknown;
}

/** A sandbox that closes with the test. */
export async function start(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox(options);
  onTestFinished(() => sandbox.close());
  return sandbox;
}

/** A sandbox with a fault plan as a user would write it. */
export function startWithFaults(faults: readonly unknown[], options: SandboxOptions = {}): Promise<Sandbox> {
  return start({ ...options, faults: parseFaultPlan({ faults }) });
}

/** One call with the sandbox's key; rejects as fetch does when no complete reply arrives. */
export async function call(
  sandbox: Sandbox,
  method: string,
  path: string,
  body?: unknown,
  init: RequestInit = {},
): Promise<Answered> {
  const response = await fetch(sandbox.url + path, {
    method,
    headers: { 'X-API-KEY': sandbox.key, 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    ...init,
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: parse(text) };
}

export function upload(sandbox: Sandbox, records: readonly unknown[], query = ''): Promise<Answered> {
  return call(sandbox, 'POST', `/v1/users${query}`, { data: records });
}

/** Uploads, and disconnects as soon as the sandbox has determined its reply. */
export async function callAndLeave(sandbox: Sandbox, records: readonly unknown[]): Promise<void> {
  const seen = sandbox.stats.calls;
  const leave = new AbortController();
  const left = expect(
    call(sandbox, 'POST', '/v1/users', { data: records }, { signal: leave.signal }),
  ).rejects.toThrow('abort');
  await expect.poll(() => sandbox.requests.at(-1)?.call).toBe(seen + 1);
  leave.abort();
  await left;
  await expect.poll(() => sandbox.stats.inFlight).toBe(0);
}

/** The lines of a reply, or of a task's status. */
export function linesOf(answer: Answered): unknown {
  return (answer.body as { data: unknown }).data;
}

export function taskOf(answer: Answered): string {
  return (answer.body as { data: { task_id: string } }).data.task_id;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
