import type { RequestCounts } from '../../../api/call.ts';
import { type Stopwatch, startStopwatch } from '../../../clock.ts';
import type { DeleteResult } from '../../../delete/settings.ts';
import type { DeleteSummary } from '../../../delete/summary.ts';
import { exitCodeOf, exitCodes, summaryOfError } from '../../../errors.ts';
import { RefusedKeys } from '../../../records/refused-keys.ts';
import { type DeleteCommand, outputsOf } from './options.ts';

/** Max ids that a report lists as not deleted. */
const maxFailures = 1000;

/** Counts the results of a delete. */
export class DeleteStats {
  asked = 0;
  /** The user answered no to the prompt. */
  isCanceled = false;
  /** All results, if a certificate is written. */
  readonly results: DeleteResult[] = [];
  /** Keys in the backup that upload would refuse. */
  readonly refusedKeys = new RefusedKeys();
  /** Users among the deleted that Miso did not find, without saying which. */
  unnamedNotFound = 0;
  #resumed = 0;
  readonly #counts = { deleted: 0, 'not-found': 0, 'still-there': 0, failed: 0, kept: 0 };
  readonly #failures: DeleteSummary['failures'][number][] = [];
  readonly #command: Omit<DeleteCommand, 'logger'> & { readonly requests: RequestCounts };
  readonly #stopwatch: Stopwatch;

  constructor(command: Omit<DeleteCommand, 'logger'> & { readonly requests: RequestCounts }) {
    this.#command = command;
    this.#stopwatch = startStopwatch(command.world.clock);
  }

  add(result: DeleteResult): void {
    const { id, outcome, reason, resumed } = result;
    this.#counts[outcome]++;
    if (resumed) this.#resumed++;
    if (outputsOf(this.#command.options).certificate !== undefined) this.results.push(result);
    if (outcome === 'deleted' || this.#failures.length >= maxFailures) return;
    this.#failures.push({ user_id: id, outcome, ...(reason === undefined ? {} : { reason }) });
  }

  summary(error: unknown): DeleteSummary {
    const { options, resolved, requests } = this.#command;
    const { failed, 'still-there': stillThere } = this.#counts;
    const deleted = this.#counts.deleted - this.unnamedNotFound;
    const notFound = this.#counts['not-found'] + this.unnamedNotFound;
    const { server, dryRun } = resolved.settings;
    const done = deleted + failed + notFound + stillThere;
    const partial = failed + notFound + stillThere > 0 ? exitCodes.partial : exitCodes.ok;
    return {
      command: 'users delete',
      server,
      dryRun,
      startedAt: this.#stopwatch.startedAt,
      durationMs: this.#stopwatch.elapsedMs(),
      ids: { asked: this.asked, deleted, failed, notFound, stillThere, unsent: this.asked - done },
      resumed: this.#resumed,
      interactions: options.withInteractions ?? false,
      verified: options.verify ?? false,
      requests,
      failures: this.#failures,
      backup: options.backup ?? null,
      refusedKeys: this.refusedKeys.counts,
      receipt: outputsOf(options).receipt ?? null,
      certificate: outputsOf(options).certificate ?? null,
      ...(error === undefined ? {} : { error: summaryOfError(error) }),
      exitCode: error === undefined ? partial : exitCodeOf(error),
    };
  }
}
