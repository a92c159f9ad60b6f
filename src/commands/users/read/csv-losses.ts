import { fieldsLostInCsv } from '../../../read/format.ts';
import { PathCounts } from '../../../records/path-counts.ts';
import type { Logger } from '../../../report/progress/logger.ts';

/** Counts values that cannot be stored in CSV. */
export class CsvLosses {
  readonly #logger: Pick<Logger, 'warning'>;
  readonly #fields = new PathCounts('other fields');

  constructor(logger: Pick<Logger, 'warning'>) {
    this.#logger = logger;
  }

  add(record: Readonly<Record<string, unknown>>): void {
    this.#fields.add(fieldsLostInCsv(record));
  }

  warn(): void {
    if (this.#fields.isEmpty) return;
    this.#logger.warning(
      `lost in CSV, because the values are empty or upload would refuse them: ${this.#fields.list('record')}. --format ndjson keeps them.`,
    );
  }
}
