import type { JsonObject } from '../../../contract/json.ts';
import { missingFields } from '../../../read/format.ts';
import type { readUsers } from '../../../read/read-users.ts';
import { RefusedKeys } from '../../../records/refused-keys.ts';
import type { Logger } from '../../../report/progress/logger.ts';
import { escapeControls } from '../../../text.ts';

/** Max missing ids to list on stderr and in the report. */
const maxNamed = 1000;

/** Counts users that were found and not found, and lists the latter on stderr. */
export class LookupStats {
  foundCount = 0;
  missingCount = 0;
  /** The first `maxNamed` missing ids. */
  readonly missing: string[] = [];
  /** Keys of the printed records that upload would refuse. */
  readonly refusedKeys = new RefusedKeys();
  readonly #logger: Logger;
  /** Requested fields that no record has contained so far. */
  #unseenFields: readonly string[];

  constructor(logger: Logger, fields: readonly string[] = []) {
    this.#logger = logger;
    this.#unseenFields = fields;
  }

  async *recordsOf(lookups: ReturnType<typeof readUsers>): AsyncGenerator<JsonObject> {
    for await (const lookup of lookups) {
      if (lookup.kind === 'found') {
        this.foundCount++;
        if (this.#unseenFields.length > 0)
          this.#unseenFields = missingFields(lookup.record, this.#unseenFields);
        yield lookup.record;
      } else this.#addMissing(lookup.id, lookup.kind === 'invalid' ? 'invalid id' : 'not found');
    }
    if (this.missingCount > maxNamed)
      this.#logger.line(`and ${this.missingCount - maxNamed} more that were not found`);
  }

  #addMissing(id: string, reason: string): void {
    this.missingCount++;
    if (this.missing.length >= maxNamed) return;
    this.missing.push(id);
    this.#logger.line(`${this.#logger.style.red('✖')} ${escapeControls(id)}: ${reason}`);
  }

  warnOfRefusedKeys(): void {
    const { warning } = this.refusedKeys;
    if (warning !== undefined) this.#logger.warning(warning);
  }

  warnOfUnseenFields(): void {
    if (this.foundCount === 0) return;
    for (const field of this.#unseenFields)
      this.#logger.warning(
        `No record has the field ${escapeControls(field)} of --fields. For an attribute, use custom_attributes.NAME.`,
      );
  }
}
