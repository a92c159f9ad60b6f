import type { StopSignals } from '../../api/call.ts';
import type { UsersEndpoints } from '../../api/users.ts';
import { uploadBody } from '../../contract/upload-body.ts';

/** Tries to get an answer: enough to see past a passing fault. */
const retries = 3;

/**
 * Remembers a record that Miso took, to find out later whether Miso still takes records: the same one again, checked
 * and not stored. So a record that nothing answers is told from a server that answers nobody.
 */
export class Witness {
  readonly #users: UsersEndpoints;
  readonly #stop: StopSignals;
  #record: (() => string) | undefined;
  #asking: Promise<boolean | undefined> | undefined;

  constructor(users: UsersEndpoints, stop: StopSignals) {
    this.#users = users;
    this.#stop = stop;
  }

  /** `record`: gives its JSON, should it be needed. */
  saw(record: () => string): void {
    this.#record = record;
  }

  /** Undefined while nothing was ever stored. All who ask at the same time share one answer. */
  isAlive(): Promise<boolean | undefined> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #ask(): Promise<boolean | undefined> {
    if (this.#record === undefined) return undefined;
    const { kind } = await this.#users.upload(uploadBody([this.#record()]), {
      dryRun: true,
      stop: this.#stop,
      retries,
    });
    return kind === 'success' || kind === 'partial' || kind === 'refused';
  }
}
