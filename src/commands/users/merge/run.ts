import type { Resolved } from '../../../config/resolve.ts';
import { exitCodes, OutputError, UsageError } from '../../../errors.ts';
import { resolveInputs as resolve } from '../../../input/resolve.ts';
import { RefusedKeys } from '../../../records/refused-keys.ts';
import { deliver } from '../../../report/formats/deliver.ts';
import { uploadDetails } from '../../../report/text/upload-text.ts';
import { escapeLines, formatCount } from '../../../text.ts';
import { readBaseFile } from '../../../update/base-file.ts';
import { createMergeSender } from '../../../update/merge-sender.ts';
import { checkClear } from '../../../update/settings.ts';
import { UserReader } from '../../../update/user-reader.ts';
import { UserSource } from '../../../update/user-source.ts';
import { runUpload, type UploadResult } from '../../../upload/run.ts';
import type { World } from '../../../world.ts';
import { namedFile } from '../../report-failure.ts';
import { runCommand } from '../../run-command.ts';
import { sessionFor } from '../../session.ts';
import {
  createInputResolver,
  createReporter,
  type FilesOptions,
  filesOf,
  uploadDeps,
  uploadSettings,
} from '../upload/setup.ts';
import { MergePrinter, OutputClosed } from './printer.ts';

export interface MergeOptions extends FilesOptions {
  /** A file with users that need not be read. */
  readonly base?: string;
  readonly fetch: boolean;
  readonly clear: readonly string[];
  /** A merge function for Miso's own command line. It is not run. */
  readonly file?: string;
}

/** Max records to merge at a time. */
const recordsPerBatch = 1000;
const bytesPerBatch = 16 * 1024 * 1024;

/** `miso users merge` */
export function merge(options: MergeOptions, world: World): Promise<number> {
  const resolveInputs = createInputResolver(options, world);
  const inputs = filesOf(options, resolveInputs, world);
  const base = options.base === undefined ? [] : [namedFile('--base', options.base, world)];
  const files: typeof inputs = async (settings) => [...(await inputs(settings)), ...base];
  const info = { command: 'users merge', offline: !options.fetch, files };
  return runCommand(options, world, info, async (resolved) => {
    refuseFunction(options);
    checkClear(options.clear);
    const reporter = createReporter(options, resolved, world);
    const session = options.fetch ? await sessionFor(resolved.settings, world, reporter.session) : undefined;
    const file = await readBase(options, world, reporter.warning);
    const printer = new MergePrinter(world, options.json ? false : resolved.settings.color);
    const refusedKeys = new RefusedKeys();
    let missing = 0;
    const result = await runUpload(settingsFor(resolved), {
      ...uploadDeps(resolved, world, { reporter, resolveInputs }),
      ...(session ? { session } : {}),
      createSender: createMergeSender({
        createSource: (stop) => new UserSource({ reader: session && new UserReader(session, stop), file }),
        clear: options.clear,
        print: (records) => printer.print(records),
        onMerged: ({ isMissing, refused }) => {
          if (isMissing) missing++;
          refusedKeys.add(refused);
        },
      }),
    });
    if (result.error instanceof OutputClosed) {
      await reporter.stopProgress();
      return exitCodes.ok;
    }
    if (missing > 0)
      reporter.warning(
        missing === 1
          ? '1 of these users does not exist: its record is printed unchanged.'
          : `${formatCount(missing)} of these users do not exist: their records are printed unchanged.`,
      );
    if (refusedKeys.warning !== undefined)
      reporter.warning(`${refusedKeys.warning} Uploading these records erases them at Miso.`);
    return await finish(result, { options, resolved, printer, reporter }, world);
  });
}

function refuseFunction({ file }: MergeOptions): void {
  // The name of the merge that is always used.
  if (file === undefined || file === 'default') return;
  throw new UsageError('-f, --file: merge functions are not run.', {
    hint: "Change the merged records with a program such as jq: miso users merge users.ndjson | jq -c '.city |= ascii_upcase'",
  });
}

async function readBase(
  { base }: MergeOptions,
  { stdin, cwd }: World,
  warn: (text: string) => void,
): Promise<ReadonlyMap<string, string> | undefined> {
  if (base === undefined) return undefined;
  const { inputs, warnings } = await resolve([base], { stdin, cwd });
  warnings.forEach(warn);
  const [input, ...others] = inputs;
  if (input === undefined || others.length > 0 || input.absolute === undefined)
    throw new UsageError('--base takes one file.');
  return await readBaseFile(input, warn);
}

function settingsFor(resolved: Resolved) {
  const settings = uploadSettings(resolved, 'users merge');
  return {
    ...settings,
    keepsNulls: true,
    // Nothing is stored.
    dryRun: true,
    wait: false,
    rejects: settings.rejects ?? (false as const),
    recordsPerRequest: recordsPerBatch,
    bytesPerRequest: bytesPerBatch,
    // One at a time, so that the records are printed in the order of the input.
    maxBatches: 1,
  };
}

interface Run {
  readonly options: MergeOptions;
  readonly resolved: Resolved;
  readonly printer: MergePrinter;
  readonly reporter: ReturnType<typeof createReporter>;
}

/** Stdout is for the records. The summary goes there only if the command failed before it printed any. */
async function finish(
  result: UploadResult,
  { options, resolved, printer, reporter }: Run,
  world: World,
): Promise<number> {
  const { summary, error } = result;
  const { report, color, quiet } = resolved.settings;
  await reporter.problems(result);
  const details = uploadDetails(summary);
  if (!quiet && error === undefined) await world.stderr.write(`${escapeLines(details.headline)}\n`);
  const json = options.json && error !== undefined && !printer.began && !(error instanceof OutputError);
  const exitCode = await deliver({ summary, details }, { json, text: () => '', report, color }, world);
  if (exitCode !== exitCodes.ok) await reporter.nextSteps(summary);
  return exitCode;
}
