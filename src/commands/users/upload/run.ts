import { keyFingerprint } from '../../../upload/journal/journal-format.ts';
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
} from './setup.ts';

export interface UploadOptions extends FilesOptions {
  readonly resume: boolean;
}

/** `miso users upload` */
export function upload(options: UploadOptions, world: World): Promise<number> {
  const resolveInputs = createInputResolver(options, world);
  const info = { command: 'users upload', files: filesOf(options, resolveInputs, world) };
  return runCommand(options, world, info, async (resolved) => {
    const { settings } = resolved;
    const reporter = createReporter(options, resolved, world);
    const session = await sessionFor(settings, world, reporter.session);
    const key = keyFingerprint(settings.apiKey?.reveal() ?? '');
    const result = await notingChanges(resolved, (note) =>
      runUpload(
        { ...uploadSettings(resolved, info.command), resume: options.resume, key },
        {
          ...uploadDeps(resolved, world, { reporter, resolveInputs }),
          session,
          beforeSend: (items) => note(items.map(({ record }) => record.id)),
        },
      ),
    );
    return await finish(result, { options, resolved, reporter }, world);
  });
}
