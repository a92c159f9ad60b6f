import { resolve } from 'node:path';
import { MisoError, UsageError } from '../errors.ts';
import type { InputRef } from '../input/input-ref.ts';
import { type OpenedInput, openInput } from '../input/open.ts';
import { resolveInputs } from '../input/resolve.ts';
import { createShaper, type Shaper } from '../records/shape.ts';
import { type Earlier, Journal } from './journal.ts';
import type { UploadIdentity } from './journal-format.ts';
import { checkLengths, Rejects } from './rejects.ts';
import type { DetectedInput, UploadDeps, UploadSettings } from './settings.ts';

/** A run with everything in its place and nothing sent. */
export interface Prepared {
  readonly inputs: readonly DetectedInput[];
  readonly shaper: Shaper;
  readonly rejects: Rejects | undefined;
  readonly journal: Journal | undefined;
  /** What an earlier run brought to its end; only with `--resume`. */
  readonly earlier: Earlier | undefined;
  /** Opens an input to read it from its start; `onBytes` is shown each raw chunk. */
  open(input: DetectedInput, onBytes: (raw: Buffer) => void): Promise<OpenedInput>;
  close(): Promise<void>;
}

/**
 * Looks at every input and opens what the run writes to.
 * Throws UsageError and InputError for everything that can be known before the first call.
 */
export async function prepare(settings: UploadSettings, deps: UploadDeps): Promise<Prepared> {
  const { inputs: refs, warnings } = await resolveInputs(settings.inputs, {
    stdin: deps.stdin,
    cwd: deps.cwd,
  });
  for (const text of warnings) deps.events.warning?.(text);
  const streams = new Streams();
  try {
    const shaper = createShaper(settings.shape);
    const inputs = await inspect(refs, settings, { deps, shaper, streams });
    const { journal, earlier } = await openJournal(refs, settings, deps);
    const rejects = planRejects(inputs, settings, deps, earlier);
    return {
      inputs,
      shaper,
      journal,
      earlier,
      rejects,
      open: async ({ ref }, onBytes) => streams.take(ref) ?? openInput(ref, settings.read, { onBytes }),
      close: () => streams.close(),
    };
  } catch (error) {
    await streams.close();
    throw error;
  }
}

/** Inputs that can be read only once, and so stay open after the first look at them. */
class Streams {
  readonly #open = new Map<InputRef, OpenedInput>();

  keep(ref: InputRef, opened: OpenedInput): void {
    this.#open.set(ref, opened);
  }

  take(ref: InputRef): OpenedInput | undefined {
    const opened = this.#open.get(ref);
    this.#open.delete(ref);
    return opened;
  }

  async close(): Promise<void> {
    for (const opened of this.#open.values()) await opened.close();
    this.#open.clear();
  }
}

async function inspect(
  refs: readonly InputRef[],
  settings: UploadSettings,
  { deps, shaper, streams }: { deps: UploadDeps; shaper: Shaper; streams: Streams },
): Promise<DetectedInput[]> {
  const found: { ref: InputRef; opened: OpenedInput }[] = [];
  for (const ref of refs) {
    const opened = await openInput(ref, settings.read);
    for (const text of opened.warnings) deps.events.warning?.(text);
    found.push({ ref, opened });
    if (isStream(ref)) streams.keep(ref, opened);
    else await opened.close();
  }
  const files = found.map(({ opened }) => opened.file);
  return found.map(({ ref, opened }) => ({ ref, file: opened.file, plan: shaper.plan(opened.file, files) }));
}

/** Pipes and devices have no size and can be read only once. */
function isStream(ref: InputRef): boolean {
  return ref.size === undefined;
}

function planRejects(
  inputs: readonly DetectedInput[],
  settings: UploadSettings,
  deps: UploadDeps,
  earlier: Earlier | undefined,
): Rejects | undefined {
  if (settings.rejects === false) return undefined;
  const path = settings.rejects === undefined ? undefined : resolve(deps.cwd, settings.rejects);
  if (path !== undefined && inputs.some(({ ref }) => ref.absolute === path)) {
    throw new UsageError(`--rejects names ${settings.rejects}, which is an input.`, {
      hint: 'Name another file.',
    });
  }
  return new Rejects({
    files: inputs.map(({ file }) => file),
    path,
    directory: deps.cwd,
    ...(earlier ? { lengths: earlier.rejects } : {}),
  });
}

async function openJournal(refs: readonly InputRef[], settings: UploadSettings, deps: UploadDeps) {
  const none = { journal: undefined, earlier: undefined };
  if (!deps.session || settings.dryRun) return none;
  const stream = refs.find(isStream);
  if (stream) {
    const why = `${stream.path} is a stream, which cannot be read twice`;
    if (settings.resume)
      throw new UsageError(`--resume needs files: ${why}.`, { hint: 'Save it to a file and upload that.' });
    deps.events.warning?.(`An interruption could not be resumed: ${why}.`);
    return none;
  }
  if (deps.journals === undefined) {
    if (settings.resume)
      throw new UsageError('There is no place for journals: neither XDG_STATE_HOME nor HOME is set.');
    deps.events.warning?.('An interruption could not be resumed: neither XDG_STATE_HOME nor HOME is set.');
    return none;
  }
  try {
    return await openOrBegin(refs, settings, deps, deps.journals);
  } catch (error) {
    if (settings.resume || error instanceof MisoError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    deps.events.warning?.(
      `An interruption could not be resumed: no journal can be kept in ${deps.journals} (${code ?? message}).`,
    );
    return none;
  }
}

async function openOrBegin(
  refs: readonly InputRef[],
  settings: UploadSettings,
  deps: UploadDeps,
  directory: string,
) {
  const { resume } = settings;
  const now = new Date(deps.clock.now()).toISOString();
  const { journal, earlier } = await Journal.open({
    directory,
    identity: identityOf(refs, settings),
    resume,
    now,
  });
  try {
    if (resume && !earlier)
      deps.events.warning?.('There is nothing to resume: this upload begins at the start.');
    if (earlier && !resume && !earlier.finished && earlier.done.size > 0) {
      deps.events.warning?.(
        `An upload of ${earlier.startedAt} was interrupted after ${earlier.done.size.toLocaleString('en')} records; --resume would have gone on with it. This one begins at the start.`,
      );
    }
    if (earlier && resume) await checkLengths(earlier.rejects);
    return { journal, earlier: resume ? earlier : undefined };
  } catch (error) {
    await journal.close();
    throw error;
  }
}

function identityOf(refs: readonly InputRef[], settings: UploadSettings): UploadIdentity {
  return {
    server: settings.server,
    key: settings.key,
    inputs: refs.map(({ path, absolute, size, mtimeMs }) => ({
      path: absolute ?? path,
      size: size ?? 0,
      modified: mtimeMs ?? 0,
    })),
    // Through JSON, as it will come back from the journal.
    settings: JSON.parse(JSON.stringify({ ...settings.read, ...settings.shape })),
  };
}
