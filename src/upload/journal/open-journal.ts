import { MisoError, UsageError } from '../../errors.ts';
import type { InputRef } from '../../input/input-ref.ts';
import { formatCount } from '../../text.ts';
import { checkRejects } from '../rejects/rejects.ts';
import type { UploadDeps, UploadSettings } from '../settings.ts';
import type { Earlier } from './earlier.ts';
import { Journal } from './journal.ts';
import type { UploadIdentity } from './journal-format.ts';

/** Where a run writes down what is done; nowhere for one that cannot be gone on with. */
export interface OpenedJournal {
  readonly journal: Journal | undefined;
  /** What an earlier run brought to its end; only with `--resume`. */
  readonly earlier: Earlier | undefined;
}

/** Pipes and devices have no size and can be read only once. */
export function isStream(ref: InputRef): boolean {
  return ref.size === undefined;
}

/**
 * The journal of an upload, and with --resume what an earlier run wrote there. Where none can be kept the user is told why.
 * Throws UsageError when --resume cannot do without.
 */
export async function openJournal(
  refs: readonly InputRef[],
  settings: UploadSettings,
  deps: UploadDeps,
): Promise<OpenedJournal> {
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
    return await openIn(deps.journals, refs, { settings, deps });
  } catch (error) {
    if (error instanceof MisoError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    const why = `no journal can be kept in ${deps.journals} (${code ?? message})`;
    if (settings.resume) throw new UsageError(`--resume needs a journal, and ${why}.`, { cause: error });
    deps.events.warning?.(`An interruption could not be resumed: ${why}.`);
    return none;
  }
}

async function openIn(
  directory: string,
  refs: readonly InputRef[],
  { settings, deps }: { readonly settings: UploadSettings; readonly deps: UploadDeps },
): Promise<OpenedJournal> {
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
        `An upload of ${earlier.header.startedAt} was interrupted with ${formatCount(earlier.done.size)} of its records done; --resume would have gone on with it. This one begins at the start.`,
      );
    }
    // What a finished upload rejected may be mended or gone by now.
    if (earlier && resume && !earlier.finished) await checkRejects(earlier.rejects);
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
    settings: JSON.parse(JSON.stringify({ ...settings.read, ...settings.columns })),
  };
}
