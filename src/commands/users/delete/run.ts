import { resolve } from 'node:path';
import type { Session } from '../../../api/session.ts';
import { idsPerDelete } from '../../../api/users.ts';
import { deleteUsers as runDelete } from '../../../delete/run.ts';
import { exitCodes, UsageError } from '../../../errors.ts';
import type { NamedFile } from '../../../files/same-file.ts';
import { orOutputError, replaceFile } from '../../../files/write.ts';
import { takesStdin } from '../../../ids/read-ids.ts';
import { certificate } from '../../../report/formats/certificate.ts';
import { deliver } from '../../../report/formats/deliver.ts';
import { createLogger, type Logger } from '../../../report/progress/logger.ts';
import { deleteDetails, deleteFailuresText, deleteText } from '../../../report/text/delete-text.ts';
import { errorText } from '../../../report/text/error-text.ts';
import { wrapFor } from '../../../report/text/width.ts';
import { pluralize } from '../../../text.ts';
import type { World } from '../../../world.ts';
import { namedFile } from '../../report-failure.ts';
import { runCommand } from '../../run-command.ts';
import { sessionFor } from '../../session.ts';
import { notingChanges } from '../changed-users.ts';
import { collectIds, isConfirmed, requireWithinLimit } from './confirm.ts';
import { type DeleteCommand, type DeleteOptions, outputsOf } from './options.ts';
import { DeleteStats } from './stats.ts';

/** `miso users delete` */
export function deleteUsers(options: DeleteOptions, world: World): Promise<number> {
  const files = async () => filesOf(options, world);
  return runCommand(options, world, { command: 'users delete', files }, async (resolved) => {
    const logger = createLogger(world, resolved.settings);
    resolved.warnings.forEach(logger.warning);
    const session = await sessionFor(resolved.settings, world, logger.session);
    const command = { options, resolved, world, logger };
    const stats = new DeleteStats({ ...command, requests: session.counts });
    let error: unknown;
    try {
      refuseResumeWithoutFiles(options);
      const ids = await collectIds(command);
      stats.asked = ids.size;
      await requireWithinLimit(ids, command, session.users);
      stats.isCanceled = !(await isConfirmed(ids, command));
      if (!stats.isCanceled && !resolved.settings.dryRun) await run(ids, command, { session, stats });
    } catch (thrown) {
      error = thrown;
    }
    return await finish(stats, error, command);
  });
}

/** The files that the command reads and writes. */
function filesOf(options: DeleteOptions, world: World): NamedFile[] {
  const { backup, receipt, certificate: certificateFile } = outputsOf(options);
  const from = takesStdin(options) ? undefined : options.from;
  const named = {
    '--from': from,
    '--backup': backup,
    '--receipt': receipt,
    'the certificate': certificateFile,
  };
  return Object.entries(named).flatMap(([role, path]) =>
    path === undefined ? [] : [namedFile(role, path, world)],
  );
}

function refuseResumeWithoutFiles({ resume, receipt, backup }: DeleteOptions): void {
  if (!resume || receipt !== undefined || backup !== undefined) return;
  throw new UsageError('--resume requires the --receipt or the --backup of the interrupted delete.');
}

async function run(
  ids: ReadonlySet<string>,
  { options, resolved, world }: DeleteCommand,
  { session, stats }: { readonly session: Session; readonly stats: DeleteStats },
): Promise<void> {
  const { recordsPerRequest, retries, server } = resolved.settings;
  // The setting is for uploads.
  const isFlag = resolved.origins.get('recordsPerRequest')?.kind === 'flag';
  const { backup, receipt } = outputsOf(options);
  const absolute = (path: string | undefined) => (path === undefined ? undefined : resolve(world.cwd, path));
  const settings = {
    ids,
    idsPerRequest: isFlag ? Math.min(recordsPerRequest, idsPerDelete) : idsPerDelete,
    retries,
    withInteractions: options.withInteractions ?? false,
    verify: options.verify ?? false,
    backup: absolute(backup),
    receipt: absolute(receipt),
    resume: options.resume ?? false,
    server,
  };
  await notingChanges(resolved, (note) =>
    runDelete(settings, {
      users: session.users,
      requests: session.counts,
      clock: world.clock,
      stop: world.stop,
      refusedKeys: stats.refusedKeys,
      beforeDelete: note,
      onUnnamedNotFound: (count) => {
        stats.unnamedNotFound += count;
      },
      onResult: (result) => stats.add(result),
    }),
  );
}

async function finish(stats: DeleteStats, error: unknown, command: DeleteCommand): Promise<number> {
  const { options, resolved, world, logger } = command;
  const { report, color, quiet } = resolved.settings;
  const certificateError = await writeCertificate(stats, error, command);
  const { warning } = stats.refusedKeys;
  if (warning !== undefined) logger.warning(warning);
  if (stats.unnamedNotFound > 0) {
    logger.warning(
      `Miso did not find ${pluralize(stats.unnamedNotFound, 'user')} and did not say which. With --verify, each user is read first.`,
    );
  }
  const summary = stats.summary(error ?? certificateError);
  const errors = [error, certificateError].map((one) =>
    one === undefined ? '' : errorText(one, logger.style),
  );
  const problems = deleteFailuresText(summary, logger.style) + errors.join('');
  await world.stderr.write(wrapFor(world.stderr, problems)).catch(() => {});
  const isInformative = summary.requests.sent > 0 || (error === undefined && !stats.isCanceled);
  const isSilent = !isInformative || (quiet && summary.exitCode === exitCodes.ok);
  const text = (style: Logger['style']) =>
    isSilent ? '' : wrapFor(world.stdout, deleteText(summary, style));
  return await deliver(
    { summary, details: deleteDetails(summary) },
    { json: options.json, text, report, color },
    world,
  );
}

/** Resolves with the error that prevented it. */
async function writeCertificate(
  stats: DeleteStats,
  error: unknown,
  { options, world }: DeleteCommand,
): Promise<unknown> {
  const { certificate: path } = outputsOf(options);
  if (path === undefined || stats.results.length === 0) return undefined;
  const { version, clock } = world;
  const text = certificate({
    summary: stats.summary(error),
    results: stats.results,
    issuedAt: clock.now(),
    version,
  });
  return await orOutputError(replaceFile(resolve(world.cwd, path), text), {
    name: `The certificate ${path}`,
  }).then(
    () => undefined,
    (error: unknown) => error,
  );
}
