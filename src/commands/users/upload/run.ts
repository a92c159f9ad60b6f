import { join } from 'node:path';
import type { Resolved } from '../../../config/resolve.ts';
import { resolveInputs } from '../../../input/resolve.ts';
import { deliver } from '../../../report/formats/deliver.ts';
import { createUploadReporter, type UploadReporter } from '../../../report/progress/upload-reporter.ts';
import { keyFingerprint } from '../../../upload/journal/journal-format.ts';
import { runUpload, type UploadResult } from '../../../upload/run.ts';
import type { UploadDeps, UploadSettings } from '../../../upload/settings.ts';
import type { World } from '../../../world.ts';
import type { UploadArguments, ValidateArguments } from '../../actions.ts';
import { type CommandOf, fileOf, runCommand } from '../../command.ts';
import { connect } from '../../connect.ts';
import { retyped } from '../../retype.ts';

/** `miso users upload` */
export function upload(args: UploadArguments, world: World): Promise<number> {
  return runCommand(
    args,
    world,
    { command: 'users upload', files: filesOf(args, world) },
    async (resolved) => {
      const { settings } = resolved;
      const reporter = reporterFor(args, resolved, world);
      const session = await connect(settings, world, reporter.session);
      const key = keyFingerprint(settings.apiKey?.reveal() ?? '');
      const result = await runUpload(
        { ...uploadSettings(resolved, args), resume: args.resume, key },
        { ...deps(resolved, world, reporter), session },
      );
      return await finish(result, { reporter, resolved, world, json: args.json });
    },
  );
}

/** `miso users validate` */
export function validate(args: ValidateArguments, world: World): Promise<number> {
  return runCommand(
    args,
    world,
    { command: 'users validate', offline: true, files: filesOf(args, world) },
    async (resolved) => {
      const reporter = reporterFor(args, resolved, world);
      const settings = uploadSettings(resolved, args);
      // Looking at a file leaves no other file behind, unless it is asked to.
      const result = await runUpload(
        { ...settings, rejects: settings.rejects ?? false },
        deps(resolved, world, reporter),
      );
      return await finish(result, { reporter, resolved, world, json: args.json });
    },
  );
}

/** The inputs and the rejects file; inputs that cannot be found are told of by the run itself. */
function filesOf({ files, flags }: ValidateArguments, world: World): NonNullable<CommandOf['files']> {
  return async (settings) => {
    const found = await resolveInputs(files, world).catch(() => ({ inputs: [] }));
    const inputs = found.inputs.flatMap(({ absolute }) =>
      absolute === undefined ? [] : [{ role: 'an input', path: absolute }],
    );
    const { rejects } = settings ?? flags;
    return typeof rejects === 'string' ? [...inputs, fileOf('--rejects', rejects, world)] : inputs;
  };
}

function reporterFor(
  args: ValidateArguments,
  { settings, warnings }: Resolved,
  world: World,
): UploadReporter {
  const typed = retyped(args, args.files);
  const reporter = createUploadReporter(world, { ...settings, json: args.json, typed });
  warnings.forEach(reporter.warning);
  if (args.files.every((file) => file === '-') && world.stdin.isTTY)
    reporter.warning('The records are read from this terminal: Ctrl-D ends them, Ctrl-C stops.');
  return reporter;
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
    report: settings.report,
    maxRejects: settings.maxRejects,
    minRecords: settings.minRecords,
    resume: false,
    server: settings.server,
    key: '',
  };
}

function deps({ settings: { stateDir } }: Resolved, world: World, reporter: UploadReporter): UploadDeps {
  const { clock, stop, stdin, cwd, readerScript } = world;
  const journals = stateDir === undefined ? {} : { journals: join(stateDir, 'uploads') };
  return { clock, stop, stdin, cwd, reader: { script: readerScript }, ...journals, events: reporter.events };
}

interface Ending {
  readonly reporter: UploadReporter;
  readonly resolved: Resolved;
  readonly world: World;
  readonly json: boolean;
}

async function finish(result: UploadResult, { reporter, resolved, world, json }: Ending): Promise<number> {
  const { report, color } = resolved.settings;
  const { summary } = result;
  await reporter.finish(result);
  const text = (style: Parameters<UploadReporter['resultText']>[1]) => reporter.resultText(summary, style);
  return await deliver(summary, { json, text, report, color }, world);
}
