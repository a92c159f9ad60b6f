import { fieldsLostInCsv } from '../../../read/format.ts';
import type { Logger } from '../../../report/progress/logger.ts';
import { escapeControls, pluralize } from '../../../text.ts';

/** Counts values that cannot be stored in CSV. */
export class CsvLosses {
  readonly #logger: Pick<Logger, 'warning'>;
  /** Records in which a field is lost. */
  readonly #fields = new Map<string, number>();

  constructor(logger: Pick<Logger, 'warning'>) {
    this.#logger = logger;
  }

  add(record: Readonly<Record<string, unknown>>): void {
    for (const field of fieldsLostInCsv(record)) this.#fields.set(field, (this.#fields.get(field) ?? 0) + 1);
  }

  warn(): void {
    for (const [field, records] of this.#fields) {
      this.#logger.warning(
        `${escapeControls(field)} is lost in CSV in ${pluralize(records, 'record')}, because it is empty or upload would refuse it. --format ndjson keeps it.`,
      );
    }
  }
}
