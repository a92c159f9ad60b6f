import { join } from 'node:path';
import type { UploadArguments, ValidateArguments } from '../cli/actions.ts';
import type { Resolved } from '../config/resolve.ts';
import { exitCodeOf } from '../errors.ts';
import { writeReport } from '../report/report-file.ts';
import { createUploadReporter, type UploadReporter } from '../report/upload-reporter.ts';
import { keyFingerprint } from '../upload/journal-format.ts';
import { runUpload, type UploadResult } from '../upload/run.ts';
import type { UploadSettings } from '../upload/settings.ts';
import type { World } from '../world.ts';
import { connect } from './connect.ts';
import { settingsOf } from './settings.ts';

/** `miso users upload` */
export async function upload(args: UploadArguments, world: World): Promise<number> {
  const resolved = await settingsOf(args, world);
  const { settings } = resolved;
  const reporter = createUploadReporter(world, { ...settings, json: args.json });
  resolved.warnings.forEach(reporter.warning);
  const session = await connect(settings, world, reporter.session);
  const key = keyFingerprint(settings.apiKey?.reveal() ?? '');
  const result = await runUpload(
    { ...uploadSettings(resolved, args), resume: args.resume, key },
    {
      ...deps(world, reporter),
      session,
      ...(settings.stateDir === undefined ? {} : { journals: join(settings.stateDir, 'uploads') }),
    },
  );
  return await finish(result, { reporter, resolved, world });
}

/** `miso users validate` */
export async function validate(args: ValidateArguments, world: World): Promise<number> {
  const resolved = await settingsOf(args, world, { offline: true });
  const reporter = createUploadReporter(world, { ...resolved.settings, json: args.json });
  resolved.warnings.forEach(reporter.warning);
  const settings = uploadSettings(resolved, args);
  // Looking at a file leaves no other file behind, unless it is asked to.
  const result = await runUpload({ ...settings, rejects: settings.rejects ?? false }, deps(world, reporter));
  return await finish(result, { reporter, resolved, world });
}

function uploadSettings({ settings }: Resolved, { files }: ValidateArguments): UploadSettings {
  const { format, delimiter, encoding } = settings;
  return {
    inputs: files,
    read: {
      ...(format === undefined ? {} : { format }),
      ...(delimiter === undefined ? {} : { delimiter }),
      ...(encoding === undefined ? {} : { encoding }),
    },
    shape: settings.columns,
    recordsPerRequest: settings.recordsPerRequest,
    bytesPerRequest: settings.bytesPerRequest,
    concurrency: settings.concurrency,
    retries: settings.retries,
    dryRun: settings.dryRun,
    wait: settings.wait,
    rejects: settings.rejects,
    maxRejects: settings.maxRejects,
    minRecords: settings.minRecords,
    resume: false,
    server: settings.server,
    key: '',
  };
}

function deps(world: World, reporter: UploadReporter) {
  const { clock, stop, stdin, cwd } = world;
  return { clock, stop, stdin, cwd, events: reporter.events };
}

async function finish(
  result: UploadResult,
  { reporter, resolved, world }: { reporter: UploadReporter; resolved: Resolved; world: World },
): Promise<number> {
  await reporter.finish(result);
  const { report } = resolved.settings;
  if (report !== undefined) await writeReport(report, result.summary, world.cwd);
  return result.error === undefined ? result.summary.exitCode : exitCodeOf(result.error);
}
