import type { StopSignals } from '../api/call.ts';
import { callError } from '../api/retry/call-error.ts';
import type { Session } from '../api/session.ts';
import { isReadableId, unreadableId } from '../api/users.ts';
import { AccessError } from '../errors.ts';
import { quoteText } from '../text.ts';

/** The result of reading a user. */
export type UserRead =
  | { readonly kind: 'found'; readonly json: string }
  | { readonly kind: 'missing' }
  /** It is unknown what Miso holds. */
  | { readonly kind: 'failed'; readonly message: string };

/** Max pending reads per concurrent request, so that no request slot is idle. */
const waitingPerRead = 2;
/** Enough for a temporary failure. */
const probeRetries = 3;

/**
 * Reads single users. The number of pending reads is limited, so that uploads are not delayed behind them.
 */
export class UserReader {
  readonly #session: Session;
  readonly #stop: StopSignals;
  readonly #waiting: (() => void)[] = [];
  #pending = 0;
  /** An id for which Miso gave an answer. */
  #answered: string | undefined;
  #probe: Promise<boolean> | undefined;

  constructor(session: Session, stop: StopSignals) {
    this.#session = session;
    this.#stop = stop;
  }

  /**
   * Throws AccessError, the reason of a stop, and UnavailableError or ProtocolError when no user can be read
   * anymore.
   */
  async read(id: string): Promise<UserRead> {
    while (this.#room <= 0) await this.#nextRoom();
    this.#pending++;
    try {
      return await this.#readNow(id);
    } finally {
      this.#pending--;
      // Several, because the session may allow more requests now than before.
      for (const wake of this.#waiting.splice(0, this.#room)) wake();
    }
  }

  /** Resolves when a read can start, after the reads that wait already. */
  async ready(): Promise<void> {
    while (this.#room <= 0) await this.#nextRoom();
  }

  #nextRoom(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  get #room(): number {
    return Math.max(0, waitingPerRead * this.#session.pacer.limit - this.#pending);
  }

  async #readNow(id: string): Promise<UserRead> {
    if (!isReadableId(id)) return { kind: 'failed', message: unreadableId };
    const result = await this.#session.users.read(id, { stop: this.#stop });
    if (result.kind === 'success' || result.kind === 'not-found') {
      this.#answered = id;
      return result.kind === 'success' ? { kind: 'found', json: result.text } : { kind: 'missing' };
    }
    const error = callError(result, `reading user ${quoteText(id)}`);
    if (error instanceof AccessError || !(await this.#isAlive())) throw error;
    return { kind: 'failed', message: error.message };
  }

  /** Whether other users can be read. Concurrent callers share one request. */
  #isAlive(): Promise<boolean> {
    this.#probe ??= this.#readAgain().finally(() => {
      this.#probe = undefined;
    });
    return this.#probe;
  }

  async #readAgain(): Promise<boolean> {
    if (this.#answered === undefined) return false;
    const { kind } = await this.#session.users.read(this.#answered, {
      stop: this.#stop,
      retries: probeRetries,
      probe: true,
    });
    return kind === 'success' || kind === 'not-found';
  }
}
