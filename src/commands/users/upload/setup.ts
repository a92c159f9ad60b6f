import { platform } from 'node:os';
import { join } from 'node:path';
import type { GlobalOptions } from '../../../cli/options.ts';
import type { Resolved } from '../../../config/resolve.ts';
import type { ResolvedInputs } from '../../../input/input-ref.ts';
import { resolveInputs } from '../../../input/resolve.ts';
import { deliver } from '../../../report/formats/deliver.ts';
import { createUploadReporter, type UploadReporter } from '../../../report/progress/upload-reporter.ts';
import { uploadDetails } from '../../../report/text/upload-text.ts';
import type { UploadResult } from '../../../upload/run.ts';
import type { UploadDeps, UploadSettings } from '../../../upload/settings.ts';
import type { World } from '../../../world.ts';
import { namedFile } from '../../report-failure.ts';
import { reprintCommandLine } from '../../reprint.ts';
import type { CommandInfo } from '../../run-command.ts';

/** What upload and validate have in common. */
export interface FilesOptions extends GlobalOptions {
  readonly files: readonly string[];
  /** Options of the command that are no settings, as they can be typed again. */
  readonly ownFlags?: readonly string[];
}

/** Finds the inputs, once for all callers. */
export type InputResolver = () => Promise<ResolvedInputs>;

export function createInputResolver({ files }: FilesOptions, world: World): InputResolver {
  let resolved: Promise<ResolvedInputs> | undefined;
  return () => {
    resolved ??= resolveInputs(files, world);
    return resolved;
  };
}

/** The inputs and the rejects file. Inputs that do not exist are left out: the run itself reports them. */
export function filesOf(
  { flags }: FilesOptions,
  inputsOf: InputResolver,
  world: World,
): NonNullable<CommandInfo['files']> {
  return async (settings) => {
    const found = await inputsOf().catch(() => ({ inputs: [] }));
    const inputs = found.inputs.flatMap(({ absolute }) =>
      absolute === undefined ? [] : [{ role: 'an input', path: absolute }],
    );
    const { rejects } = settings ?? flags;
    return typeof rejects === 'string' ? [...inputs, namedFile('--rejects', rejects, world)] : inputs;
  };
}

export function createReporter(
  options: FilesOptions,
  { settings, warnings }: Resolved,
  world: World,
): UploadReporter {
  const commandLine = reprintCommandLine(options, options.files, options.ownFlags);
  const reporter = createUploadReporter(world, { ...settings, commandLine });
  warnings.forEach(reporter.warning);
  if (options.files.every((file) => file === '-') && world.stdin.isTTY)
    reporter.warning(`Reading from stdin; ${endOfInput()} to finish, Ctrl-C to cancel.`);
  return reporter;
}

/** What a user types at the end of the input. */
function endOfInput(): string {
  return platform() === 'win32' ? 'Ctrl-Z and Enter' : 'Ctrl-D';
}

export function uploadSettings({ settings, hashKey }: Resolved, command: string): UploadSettings {
  const { format, delimiter, encoding } = settings;
  return {
    command,
    read: {
      ...(format === undefined ? {} : { format }),
      ...(delimiter === undefined ? {} : { delimiter }),
      ...(encoding === undefined ? {} : { encoding }),
    },
    columns: settings.columns,
    hashKey: hashKey?.reveal(),
    piiCheck: settings.piiCheck,
    recordsPerRequest: settings.recordsPerRequest,
    bytesPerRequest: settings.bytesPerRequest,
    retries: settings.retries,
    dryRun: settings.dryRun,
    wait: settings.wait,
    rejects: settings.rejects,
    safeCsv: settings.safeCsv,
    report: settings.report,
    maxRejects: settings.maxRejects,
    allowRejects: settings.allowRejects,
    minRecords: settings.minRecords,
    resume: false,
    server: settings.server,
    key: '',
  };
}

export function uploadDeps(
  { settings: { stateDir } }: Resolved,
  { clock, stop, stdin, cwd }: World,
  { reporter, resolveInputs }: { readonly reporter: UploadReporter; readonly resolveInputs: InputResolver },
): UploadDeps {
  const journals = stateDir === undefined ? {} : { journals: join(stateDir, 'uploads') };
  return {
    ...{ clock, stop, stdin, cwd, resolveInputs, ...journals },
    events: reporter.events,
  };
}

interface Run {
  readonly options: FilesOptions;
  readonly resolved: Resolved;
  readonly reporter: UploadReporter;
}

/** Prints and delivers the summary. Resolves with the exit code. */
export async function finish(
  result: UploadResult,
  { options: { json }, resolved, reporter }: Run,
  world: World,
): Promise<number> {
  const { report, color } = resolved.settings;
  const { summary } = result;
  await reporter.problems(result);
  const text = (style: Parameters<UploadReporter['resultText']>[1]) => reporter.resultText(summary, style);
  const delivery = { json, text, report, color };
  const exitCode = await deliver({ summary, details: uploadDetails(summary) }, delivery, world);
  await reporter.nextSteps(summary);
  return exitCode;
}
