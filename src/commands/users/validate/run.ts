import { runUpload } from '../../../upload/run.ts';
import type { World } from '../../../world.ts';
import { runCommand } from '../../run-command.ts';
import {
  createInputResolver,
  createReporter,
  type FilesOptions,
  filesOf,
  finish,
  uploadDeps,
  uploadSettings,
} from '../upload/setup.ts';

/** `miso users validate`: an upload without a session, which checks the records and sends nothing. */
export function validate(options: FilesOptions, world: World): Promise<number> {
  const resolveInputs = createInputResolver(options, world);
  const files = filesOf(options, resolveInputs, world);
  const info = { command: 'users validate', offline: true, files };
  return runCommand(options, world, info, async (resolved) => {
    const reporter = createReporter(options, resolved, world);
    const settings = uploadSettings(resolved, info.command);
    const { columns } = settings;
    const result = await runUpload(
      // Validate writes a rejects file only on request.
      {
        ...settings,
        // `keep` leaves the decision to Miso, whose schema refuses these keys. No server is called here.
        columns: columns.unknown === 'keep' ? { ...columns, unknown: 'error' } : columns,
        rejects: settings.rejects ?? false,
      },
      uploadDeps(resolved, world, { reporter, resolveInputs }),
    );
    return await finish(result, { options, resolved, reporter }, world);
  });
}
