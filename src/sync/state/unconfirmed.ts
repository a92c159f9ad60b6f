import { equalFingerprints, type Fingerprint } from '../fingerprint/fingerprint.ts';
import { type LogEntry, logged, noRecord } from './run-log.ts';

/** What Miso may hold of a user instead of what the state says. */
interface Unconfirmed {
  readonly id: Fingerprint;
  /** Records that were sent. */
  readonly records: readonly Fingerprint[];
  /** A delete was sent. */
  readonly isDeleting: boolean;
  /** Another command changed the user. */
  readonly isTouched: boolean;
}

/** Users whose record at Miso is unknown: those in flight, and those that killed runs have sent. */
export class UnconfirmedUsers {
  readonly #users = new Map<string, Unconfirmed>();

  get(id: Fingerprint): Omit<Unconfirmed, 'id'> {
    return this.#users.get(keyOf(id)) ?? { records: [], isDeleting: false, isTouched: false };
  }

  sending(id: Fingerprint, record: Fingerprint): void {
    const before = this.get(id);
    const others = before.records.filter((one) => !equalFingerprints(one, record));
    this.#users.set(keyOf(id), { ...before, id, records: [...others, record] });
  }

  deleting(id: Fingerprint): void {
    this.#users.set(keyOf(id), { ...this.get(id), id, isDeleting: true });
  }

  touched(id: Fingerprint): void {
    this.#users.set(keyOf(id), { ...this.get(id), id, isTouched: true });
  }

  delete(id: Fingerprint): void {
    this.#users.delete(keyOf(id));
  }

  /** Log entries with the same content. */
  get entries(): readonly LogEntry[] {
    return [...this.#users.values()].flatMap(({ id, records, isDeleting, isTouched }): LogEntry[] => [
      ...records.map((record) => ({ what: logged.sending, id, record })),
      ...(isDeleting ? [{ what: logged.deleting, id, record: noRecord }] : []),
      ...(isTouched ? [{ what: logged.touched, id, record: noRecord }] : []),
    ]);
  }
}

function keyOf({ high, low }: Fingerprint): string {
  return `${high} ${low}`;
}
