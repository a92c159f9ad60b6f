import type { Session } from '../../../api/session.ts';
import { keyFingerprint } from '../../../digest.ts';
import type { UploadReporter } from '../../../report/progress/upload-reporter.ts';
import type { Warning } from '../../../upload/outcome/summary.ts';
import { PartialCheck } from '../../../upload/partial-check.ts';
import { runUpload } from '../../../upload/run.ts';
import type { UploadDeps } from '../../../upload/settings.ts';
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
          ...((settings.checkPartial ?? world.stderr.isTTY)
            ? partialCheck({ session, reporter }, world)
            : {}),
        },
      ),
    );
    return await finish(result, { options, resolved, reporter }, world);
  });
}

/** Warns of a file that would erase fields of users. */
function partialCheck(
  { session, reporter }: { readonly session: Session; readonly reporter: UploadReporter },
  { clock, stop }: World,
): Pick<UploadDeps, 'inspect' | 'details'> {
  const warnings: Warning[] = [];
  const warn = (message: string) => {
    // Printed now, before anything is sent.
    reporter.warning(message);
    warnings.push({ code: 'note', message });
  };
  const check = new PartialCheck({ session, clock, stop, warn });
  return {
    inspect: (chunks, inputs) => check.inspect(chunks, inputs),
    details: () => ({ warnings }),
  };
}
