import { equalFingerprints, type Fingerprint } from '../fingerprint/fingerprint.ts';
import { type LogEntry, logged, noRecord } from './run-log.ts';

/** What Miso may hold of a user instead of what the state says. */
interface Unconfirmed {
  readonly id: Fingerprint;
  /** Records that were sent. */
  readonly records: readonly Fingerprint[];
  /** A delete was sent. */
  readonly isDeleting: boolean;
}

/** Users whose record at Miso is unknown: those in flight, and those that killed runs have sent. */
export class UnconfirmedUsers {
  readonly #users = new Map<string, Unconfirmed>();

  get(id: Fingerprint): Omit<Unconfirmed, 'id'> {
    return this.#users.get(keyOf(id)) ?? { records: [], isDeleting: false };
  }

  sending(id: Fingerprint, record: Fingerprint): void {
    const { records, isDeleting } = this.get(id);
    const others = records.filter((one) => !equalFingerprints(one, record));
    this.#users.set(keyOf(id), { id, records: [...others, record], isDeleting });
  }

  deleting(id: Fingerprint): void {
    this.#users.set(keyOf(id), { id, records: this.get(id).records, isDeleting: true });
  }

  touched(id: Fingerprint): void {
    this.#users.set(keyOf(id), { id, ...this.get(id) });
  }

  delete(id: Fingerprint): void {
    this.#users.delete(keyOf(id));
  }

  /** Log entries with the same content. */
  get entries(): readonly LogEntry[] {
    return [...this.#users.values()].flatMap(({ id, records, isDeleting }) => {
      const sent: LogEntry[] = records.map((record) => ({ what: logged.sending, id, record }));
      if (isDeleting) return [...sent, { what: logged.deleting, id, record: noRecord }];
      return sent.length > 0 ? sent : [{ what: logged.touched, id, record: noRecord }];
    });
  }
}

function keyOf({ high, low }: Fingerprint): string {
  return `${high} ${low}`;
}
