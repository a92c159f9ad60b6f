import type { StopSignals } from '../../api/call.ts';
import type { UsersEndpoints } from '../../api/users.ts';
import { uploadBody } from '../../contract/upload-body.ts';

/** Enough to see past a passing fault. */
const probeRetries = 3;

/**
 * Finds out whether the server still takes records, by sending one again, as a dry run, that it took before. That
 * tells a record that makes the server fail from a server that fails for every record.
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

  /** Remembers a record that the server took, as JSON. */
  remember(record: string): void {
    this.#accepted = record;
  }

  /** Undefined while no record was accepted. Concurrent callers share one call. */
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
