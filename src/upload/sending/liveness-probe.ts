import type { StopSignals } from '../../api/call.ts';
import type { UsersEndpoints } from '../../api/users.ts';
import { uploadBody } from '../../contract/upload-body.ts';

/** Enough to outlast a brief failure. */
const probeRetries = 3;

/**
 * Checks whether the server still accepts records, by resending a record that it accepted before, as a dry
 * run. This distinguishes a record that makes the server fail from a server that fails for every record.
 */
export class LivenessProbe {
  readonly #users: UsersEndpoints;
  readonly #stop: StopSignals;
  #accepted: string | undefined;
  #pending: Promise<boolean | undefined> | undefined;

  constructor(users: UsersEndpoints, stop: StopSignals) {
    this.#users = users;
    this.#stop = stop;
  }

  /** Remembers a record, as JSON, that the server accepted. */
  remember(record: string): void {
    this.#accepted = record;
  }

  /** Undefined if no record was accepted yet. Concurrent callers share one call. */
  isAlive(): Promise<boolean | undefined> {
    this.#pending ??= this.#probe().finally(() => {
      this.#pending = undefined;
    });
    return this.#pending;
  }

  async #probe(): Promise<boolean | undefined> {
    if (this.#accepted === undefined) return undefined;
    const { kind } = await this.#users.upload(uploadBody([this.#accepted]), {
      dryRun: true,
      stop: this.#stop,
      retries: probeRetries,
      probe: true,
    });
    return kind === 'success' || kind === 'partial' || kind === 'refused';
  }
}
