import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { onTestFinished } from 'vitest';
import type { RequestEvents } from '../../src/api/call.ts';
import { createSession, type Session } from '../../src/api/session.ts';
import type { Clock } from '../../src/clock.ts';
import { systemClock } from '../../src/clock.ts';
import { keyFingerprint } from '../../src/digest.ts';
import type { Disk } from '../../src/files/disk.ts';
import { resolveInputs } from '../../src/input/resolve.ts';
import { parseFaultPlan } from '../../src/sandbox/faults/fault-plan.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/http/server.ts';
import { runUpload, type UploadResult } from '../../src/upload/run.ts';
import type { UploadDeps, UploadEvents, UploadSettings } from '../../src/upload/settings.ts';
import { stopSignals } from '../api/fake-server.ts';
import { settings as columnSettings } from '../records/given.ts';

/** Additional options of one run. */
export interface Wishes extends Partial<UploadSettings> {
  readonly concurrency?: number;
  readonly inputs: readonly string[];
  readonly apiKey?: string;
  readonly timeoutMs?: number;
  readonly clock?: Clock;
  readonly stop?: UploadDeps['stop'];
  readonly stdin?: Readable;
  readonly told?: RequestEvents;
  readonly onPause?: (until: number, reason: string) => void;
  readonly events?: UploadEvents;
  readonly journals?: string | undefined;
  readonly disk?: Disk;
  readonly graceMs?: number;
  /** What replaces the plain upload of batches. */
  readonly sender?: (session: Session) => Pick<UploadDeps, 'createSender' | 'details'>;
}

/** Waits as a real run does, but never long: the random number is always 0. */
export const hurriedClock: Clock = { ...systemClock, random: () => 0.002 };

/** A folder, removed after the test. */
export async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'miso-upload-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** A sandbox with a fault plan, closed after the test. */
export async function faulty(
  faults: readonly unknown[],
  options: SandboxOptions & { planSeed?: number } = {},
): Promise<Sandbox> {
  const { planSeed = 1, ...rest } = options;
  const sandbox = await startSandbox({ ...rest, faults: parseFaultPlan({ seed: planSeed, faults }) });
  onTestFinished(() => sandbox.close());
  return sandbox;
}

/** A folder, a sandbox, and a way to upload files of the folder. */
export async function uploadScene(
  faults: readonly unknown[] = [],
  options: SandboxOptions & { planSeed?: number } = {},
) {
  const [cwd, sandbox] = await Promise.all([folder(), faulty(faults, options)]);
  return {
    cwd,
    sandbox,
    write: (name: string, text: string | Buffer) => writeFile(join(cwd, name), text),
    upload: (wishes: Wishes) => uploadTo(sandbox.url, cwd, wishes),
  };
}

/** One run, in this process. */
export async function uploadTo(server: string, cwd: string, wishes: Wishes): Promise<UploadResult> {
  const {
    apiKey = 'sandbox',
    timeoutMs = 20_000,
    clock = hurriedClock,
    told = {},
    onPause,
    inputs,
    disk,
    graceMs,
    concurrency = 8,
    sender = () => ({}),
    ...rest
  } = wishes;
  const { stop = stopSignals().stop, stdin = Readable.from([]), events = {}, ...given } = rest;
  const journals = 'journals' in wishes ? wishes.journals : join(cwd, '.journals');
  const settings: UploadSettings = {
    command: 'users upload',
    read: {},
    columns: columnSettings(),
    recordsPerRequest: 100,
    bytesPerRequest: 1 << 20,
    retries: 8,
    dryRun: false,
    wait: false,
    rejects: undefined,
    safeCsv: false,
    maxRejects: undefined,
    allowRejects: undefined,
    minRecords: undefined,
    resume: false,
    server,
    key: keyFingerprint(apiKey),
    ...given,
  };
  const { retries } = settings;
  const session = createSession(
    { server, apiKey, timeoutMs, retries, concurrency, userAgent: 'test', events: told, onPause },
    clock,
  );
  const place = journals === undefined ? {} : { journals };
  return await runUpload(settings, {
    ...{ session, clock, stop, stdin, cwd, events, ...place },
    ...(disk === undefined ? {} : { disk }),
    ...(graceMs === undefined ? {} : { graceMs }),
    ...sender(session),
    resolveInputs: () => resolveInputs(inputs, { stdin, cwd }),
  });
}

/** Users as CSV: `user_id,name`, where the name identifies the version of the user. */
export function csv(users: readonly { readonly id: string; readonly name: string }[]): string {
  return `user_id,name\n${users.map(({ id, name }) => `${id},${name}\n`).join('')}`;
}

/** This many users: u0, u1, … */
export function plain(count: number): { id: string; name: string }[] {
  return Array.from({ length: count }, (_, n) => ({ id: `u${n}`, name: `n${n}` }));
}

/** What a data set should contain: the last record of each id. */
export function lastOfEach(
  users: readonly { readonly id: string; readonly name: string }[],
): Map<string, string> {
  return new Map(users.map(({ id, name }) => [id, name]));
}

/** What a sandbox holds, name by id. */
export function namesIn(sandbox: Sandbox): Map<string, string> {
  return new Map([...sandbox.users.entries()].map(([id, user]) => [id, String(user['name'])]));
}

/** A generator of numbers from 0 up to 1 that a seed repeats. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Users of whom one in five repeats the id of an earlier one. */
export function withRepeats(count: number, seed: number): { id: string; name: string }[] {
  const random = seeded(seed);
  return Array.from({ length: count }, (_, n) => {
    const repeat = n > 0 && random() < 0.2;
    // Half of the repeats are close together, in one call or in two that are in flight.
    const back = random() < 0.5 ? 300 : n;
    const id = repeat ? Math.max(0, n - 1 - Math.floor(random() * back)) : n;
    return { id: `u${id}`, name: `v${n}` };
  });
}
