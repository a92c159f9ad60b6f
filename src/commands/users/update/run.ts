import { keyFingerprint } from '../../../digest.ts';
import { checkClear } from '../../../update/settings.ts';
import { UpdateStats } from '../../../update/stats.ts';
import { createUpdateSender } from '../../../update/update-sender.ts';
import { runUpload } from '../../../upload/run.ts';
import type { World } from '../../../world.ts';
import { runCommand } from '../../run-command.ts';
import { sessionFor } from '../../session.ts';
import { notingChanges } from '../changed-users.ts';
import {
  createInputResolver,
  createReporter,
  type FilesOptions,
  filesOf,
  finish,
  uploadDeps,
  uploadSettings,
} from '../upload/setup.ts';

export interface UpdateOptions extends FilesOptions {
  readonly create: boolean;
  readonly clear: readonly string[];
  readonly dropUnknown: boolean;
  readonly resume: boolean;
}

/** `miso users update` */
export function update(given: UpdateOptions, world: World): Promise<number> {
  const options = { ...given, ownFlags: ownFlags(given) };
  const resolveInputs = createInputResolver(options, world);
  const info = { command: 'users update', files: filesOf(options, resolveInputs, world) };
  return runCommand(options, world, info, async (resolved) => {
    const { settings } = resolved;
    const { create, clear, dropUnknown, resume } = options;
    checkClear(clear);
    const reporter = createReporter(options, resolved, world);
    const session = await sessionFor(settings, world, reporter.session);
    const key = keyFingerprint(settings.apiKey?.reveal() ?? '');
    const changes = { create, clear, dropUnknown };
    const stats = new UpdateStats(settings);
    const uploadWith = {
      ...uploadSettings(resolved, info.command),
      ...{ resume, key, variant: changes },
      // Otherwise the next update could read a user as it was before this one, and store it again.
      wait: true,
      keepsNulls: true,
    };
    const result = await notingChanges(resolved, (note) =>
      runUpload(uploadWith, {
        ...uploadDeps(resolved, world, { reporter, resolveInputs }),
        session,
        createSender: createUpdateSender({ session, settings: changes, stats }),
        beforeSend: (items) => note(items.map(({ record }) => record.id)),
        details: () => stats.details,
      }),
    );
    if (stats.droppedText !== undefined) reporter.warning(stats.droppedText);
    return await finish(result, { options, resolved, reporter }, world);
  });
}

/** The options that are not settings, for the command that resumes the update. */
function ownFlags({ create, clear, dropUnknown }: UpdateOptions): string[] {
  return [
    ...(create ? ['--create'] : []),
    ...clear.flatMap((path) => ['--clear', path]),
    ...(dropUnknown ? ['--drop-unknown'] : []),
  ];
}
