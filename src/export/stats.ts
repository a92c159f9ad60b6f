import { RefusedKeys } from '../records/refused-keys.ts';
import type { ExportSummary } from './summary.ts';

/** Max unread users that a report lists. */
const maxFailures = 1000;

/** Counts the users of an export. */
export class ExportStats {
  listed = 0;
  exported = 0;
  resumed = 0;
  vanished = 0;
  failed = 0;
  /** Keys that upload would refuse. They are under `_miso` in the records that are written. */
  readonly refusedKeys = new RefusedKeys();
  readonly failures: ExportSummary['failures'][number][] = [];

  addFailure(id: string, reason: string): void {
    this.failed++;
    if (this.failures.length < maxFailures) this.failures.push({ user_id: id, reason });
  }

  get done(): number {
    return this.exported + this.vanished + this.failed;
  }

  get users(): ExportSummary['users'] {
    const { listed, exported, vanished, failed } = this;
    return { listed, exported, vanished, failed, unread: listed - this.done };
  }
}
