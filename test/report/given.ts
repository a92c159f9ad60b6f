import type { Clock } from '../../src/clock.ts';
import type { UploadSummary } from '../../src/upload/outcome/summary.ts';
import type { Output } from '../../src/world.ts';

/** The summary of a successful upload, with changes. */
export function summaryWith(more: Partial<UploadSummary> = {}): UploadSummary {
  return {
    command: 'users upload',
    server: 'https://api.askmiso.com',
    dryRun: false,
    startedAt: '2026-11-25T02:00:00.000Z',
    durationMs: 5400,
    files: [{ path: 'users.csv', format: 'csv', records: 10 }],
    records: { read: 10, uploaded: 10, rejected: 0, superseded: 0, skipped: 0 },
    requests: { sent: 1, retried: 0, failed: 0 },
    bytes: 1000,
    errors: [],
    warnings: [],
    rejects: null,
    rejectsFiles: [],
    tasks: { queued: 0, failed: 0, ids: [] },
    complete: true,
    resumable: false,
    exitCode: 0,
    ...more,
  };
}

/** A clock that only moves when `pass` is called. */
export class StillClock implements Clock {
  #now: number;
  #sleepers: { readonly at: number; readonly wake: () => void }[] = [];

  constructor(now: number) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#now;
  }

  random(): number {
    return 0.5;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason));
      this.#sleepers.push({ at: this.#now + ms, wake: resolve });
    });
  }

  /** Moves the clock, and lets the sleepers that wake up continue. */
  async pass(ms: number): Promise<void> {
    this.#now += ms;
    const due = this.#sleepers.filter(({ at }) => at <= this.#now);
    this.#sleepers = this.#sleepers.filter(({ at }) => at > this.#now);
    for (const { wake } of due) wake();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** An output that collects text. */
export function memoryOutput(): Output & { text: string } {
  const output = {
    text: '',
    isTTY: false,
    closed: false,
    columns: 80,
    stream: process.stderr,
    obeysCommands: false,
    write: async (text: string) => {
      output.text += text;
    },
    writeCommands: async (text: string) => {
      output.text += text;
    },
  };
  return output;
}
