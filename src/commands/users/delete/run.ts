import { resolve } from 'node:path';
import type { Session } from '../../../api/session.ts';
import { idsPerDelete } from '../../../api/users.ts';
import type { GlobalOptions } from '../../../cli/options.ts';
import { type Stopwatch, startStopwatch } from '../../../clock.ts';
import type { Resolved } from '../../../config/resolve.ts';
import { deleteUsers as runDelete } from '../../../delete/run.ts';
import type { IdEnd } from '../../../delete/settings.ts';
import type { DeleteSummary } from '../../../delete/summary.ts';
import { exitCodeOf, exitCodes, summaryOfError, UsageError } from '../../../errors.ts';
import type { NamedFile } from '../../../files/same-file.ts';
import { readIds, takesStdin } from '../../../ids/read-ids.ts';
import { untilStopped } from '../../../ids/until-stopped.ts';
import { deliver } from '../../../report/formats/deliver.ts';
import { createLogger, type Logger } from '../../../report/progress/logger.ts';
import { deleteDetails, deleteFailuresText, deleteText } from '../../../report/text/delete-text.ts';
import { errorText } from '../../../report/text/error-text.ts';
import { wrapFor } from '../../../report/text/width.ts';
import { pluralize } from '../../../text.ts';
import type { World } from '../../../world.ts';
import { canAsk, confirm } from '../../ask.ts';
import { idSource } from '../../id-source.ts';
import { namedFile } from '../../report-failure.ts';
import { runCommand } from '../../run-command.ts';
import { sessionFor } from '../../session.ts';

export interface DeleteOptions extends GlobalOptions {
  readonly ids: readonly string[];
  readonly from?: string;
  readonly backup?: string;
  readonly withInteractions?: boolean;
  readonly verify?: boolean;
  readonly receipt?: string;
}

/** Ids that a report lists as not deleted. */
const maxFailures = 1000;

/** `miso users delete` */
export function deleteUsers(args: DeleteOptions, world: World): Promise<number> {
  const files = async () => filesOf(args, world);
  return runCommand(args, world, { command: 'users delete', files }, async (resolved) => {
    const { settings } = resolved;
    const logger = createLogger(world, settings);
    resolved.warnings.forEach(logger.warning);
    const session = await sessionFor(settings, world, logger.session);
    const account = new Account(world);
    let error: unknown;
    try {
      const ids = await collect(args, { resolved, world, logger });
      account.asked = ids.length;
      await permit(ids, { args, resolved, world });
      if (!settings.dryRun) await run(ids, { args, resolved, world, session, account });
    } catch (thrown) {
      error = thrown;
    }
    const summary = account.summary({ args, resolved, session, error });
    return await tell(summary, error, { args, resolved, world, logger });
  });
}

/** The files that are read and written. */
function filesOf(args: DeleteOptions, world: World): NamedFile[] {
  const { backup, receipt } = args;
  const from = takesStdin(args) ? undefined : args.from;
  return Object.entries({ '--from': from, '--backup': backup, '--receipt': receipt }).flatMap(
    ([role, path]) => (path === undefined ? [] : [namedFile(role, path, world)]),
  );
}

interface Scene {
  readonly args: DeleteOptions;
  readonly resolved: Resolved;
  readonly world: World;
}

async function collect(
  args: DeleteOptions,
  { resolved, world, logger }: Omit<Scene, 'args'> & { logger: Logger },
): Promise<string[]> {
  const ids = new Set<string>();
  let named = 0;
  for await (const some of untilStopped(
    readIds(idSource(args, resolved, world), logger.warning),
    world.stop.soft,
  )) {
    named += some.length;
    for (const id of some) ids.add(id);
  }
  if (named > ids.size) logger.warning(`${pluralize(named - ids.size, 'duplicate id')} ignored.`);
  return [...ids];
}

/** Throws UsageError unless the number of ids is within its limit and the user agreed. */
async function permit(ids: readonly string[], { args, resolved, world }: Scene): Promise<void> {
  const { maxDeletes, dryRun, server, yes } = resolved.settings;
  if (maxDeletes !== undefined && ids.length > maxDeletes) {
    throw new UsageError(
      `${pluralize(ids.length, 'user')} would be deleted, more than --max-deletes ${maxDeletes} allows; nothing was sent.`,
    );
  }
  if (yes || dryRun) return;
  const what = `${pluralize(ids.length, 'user')}${args.withInteractions ? ' and their interactions' : ''} from ${server}`;
  if (!canAsk(world) || takesStdin(args)) {
    throw new UsageError(`Deleting ${what} requires --yes in non-interactive mode; nothing was sent.`);
  }
  if (ids.length === 0) return;
  if (!(await confirm(`Delete ${what}?`, world))) throw new UsageError('Nothing was deleted.');
}

async function run(
  ids: readonly string[],
  scene: Scene & { session: Session; account: Account },
): Promise<void> {
  const { args, resolved, world, session, account } = scene;
  const { recordsPerRequest, retries, server } = resolved.settings;
  const chosen = resolved.origins.get('recordsPerRequest')?.kind === 'flag';
  await runDelete(
    {
      ids,
      idsPerRequest: chosen ? Math.min(recordsPerRequest, idsPerDelete) : idsPerDelete,
      retries,
      withInteractions: args.withInteractions ?? false,
      verify: args.verify ?? false,
      backup: args.backup === undefined ? undefined : resolve(world.cwd, args.backup),
      receipt: args.receipt === undefined ? undefined : resolve(world.cwd, args.receipt),
      server,
    },
    { users: session.users, clock: world.clock, stop: world.stop, ended: (end) => account.ended(end) },
  );
}

class Account {
  asked = 0;
  readonly #counts = { deleted: 0, 'not-found': 0, 'still-there': 0, failed: 0 };
  readonly #failures: DeleteSummary['failures'][number][] = [];
  readonly #stopwatch: Stopwatch;

  constructor(world: World) {
    this.#stopwatch = startStopwatch(world.clock);
  }

  ended({ id, outcome, reason }: IdEnd): void {
    this.#counts[outcome]++;
    if (outcome === 'deleted' || this.#failures.length >= maxFailures) return;
    this.#failures.push({ user_id: id, outcome, ...(reason === undefined ? {} : { reason }) });
  }

  summary({
    args,
    resolved,
    session,
    error,
  }: Omit<Scene, 'world'> & { session: Session; error: unknown }): DeleteSummary {
    const { deleted, failed, 'not-found': notFound, 'still-there': stillThere } = this.#counts;
    const { server, dryRun } = resolved.settings;
    const partial = failed + notFound + stillThere > 0 ? exitCodes.partial : exitCodes.ok;
    return {
      command: 'users delete',
      server,
      dryRun,
      startedAt: this.#stopwatch.startedAt,
      durationMs: this.#stopwatch.elapsedMs(),
      ids: {
        asked: this.asked,
        deleted,
        failed,
        notFound,
        stillThere,
        unsent: this.asked - deleted - failed - notFound - stillThere,
      },
      interactions: args.withInteractions ?? false,
      verified: args.verify ?? false,
      requests: session.counts,
      failures: this.#failures,
      backup: args.backup ?? null,
      receipt: args.receipt ?? null,
      ...(error === undefined ? {} : { error: summaryOfError(error) }),
      exitCode: error === undefined ? partial : exitCodeOf(error),
    };
  }
}

async function tell(
  summary: DeleteSummary,
  error: unknown,
  { args, resolved, world, logger }: Scene & { logger: Logger },
): Promise<number> {
  const { report, color, quiet } = resolved.settings;
  const problem = error === undefined ? '' : errorText(error, logger.style);
  const problems = deleteFailuresText(summary, logger.style) + problem;
  await world.stderr.write(wrapFor(world.stderr, problems)).catch(() => {});
  const nothingSent = summary.requests.sent === 0 && error !== undefined;
  const silent = nothingSent || (quiet && summary.exitCode === exitCodes.ok);
  const text = (style: Logger['style']) => (silent ? '' : wrapFor(world.stdout, deleteText(summary, style)));
  const delivery = { json: args.json, text, report, color };
  return await deliver({ summary, details: deleteDetails(summary) }, delivery, world);
}
