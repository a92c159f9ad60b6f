import { MisoError, UsageError } from '../../errors.ts';
import { reasonOf } from '../../files/write.ts';
import type { InputRef } from '../../input/input-ref.ts';
import { createHasher } from '../../records/hash/hasher.ts';
import { pluralize } from '../../text.ts';
import { settleRejects } from '../rejects/settle-rejects.ts';
import type { UploadDeps, UploadSettings } from '../settings.ts';
import { Journal } from './journal.ts';
import type { UploadIdentity } from './journal-format.ts';
import type { PreviousRun } from './previous-run.ts';
import { Ranges } from './ranges.ts';

export interface OpenedJournal {
  /** Absent for a run that cannot be resumed. */
  readonly journal: Journal | undefined;
  /** The run that this one resumes. */
  readonly previous: PreviousRun | undefined;
  /** Rejects files of that run that are not continued. The user was warned. */
  readonly abandoned: readonly string[];
}

const none: OpenedJournal = { journal: undefined, previous: undefined, abandoned: [] };

type JournalDeps = Pick<UploadDeps, 'session' | 'journals' | 'clock' | 'disk' | 'selection'> & {
  readonly warn: (text: string) => void;
};

/** Whether a run keeps a journal: not if it stores nothing, or if an input can be read only once. */
export function keepsJournal(
  refs: readonly InputRef[],
  { dryRun }: Pick<UploadSettings, 'dryRun'>,
  { session, journals, selection }: Pick<UploadDeps, 'session' | 'journals' | 'selection'>,
): boolean {
  return (
    selection === undefined &&
    session !== undefined &&
    !dryRun &&
    journals !== undefined &&
    !refs.some(isStream)
  );
}

/**
 * Opens the journal of an upload. Where none can be kept, warns that the upload cannot be resumed, or throws
 * UsageError if it is to resume another.
 */
export async function openJournal(
  refs: readonly InputRef[],
  settings: UploadSettings,
  deps: JournalDeps,
): Promise<OpenedJournal> {
  const { journals, session } = deps;
  const without = (why: string, hint?: string): OpenedJournal => {
    if (settings.resume) throw new UsageError(`--resume is not possible: ${why}.`, { hint });
    deps.warn(`This upload can't be resumed if it is interrupted: ${why}.`);
    return none;
  };
  // A selection already skips what is done.
  if (!session || settings.dryRun || deps.selection) return none;
  const stream = refs.find(isStream);
  if (stream) return without(`${stream.path} is a stream`, 'Save it to a file and upload that.');
  if (journals === undefined) return without('neither XDG_STATE_HOME nor HOME is set');
  try {
    return await openIn(journals, refs, { settings, deps });
  } catch (error) {
    if (error instanceof MisoError) throw error;
    return without(`no journal can be kept in ${journals} (${reasonOf(error)})`);
  }
}

async function openIn(
  directory: string,
  refs: readonly InputRef[],
  { settings, deps }: { readonly settings: UploadSettings; readonly deps: JournalDeps },
): Promise<OpenedJournal> {
  const { resume } = settings;
  const { clock, disk, warn } = deps;
  const now = new Date(clock.now()).toISOString();
  const identity = identityOf(refs, settings);
  const { journal, previous } = await Journal.open({ directory, identity, resume, now, disk });
  try {
    if (resume && !previous) warn('Nothing to resume. Starting over.');
    if (previous && !previous.finished) {
      const done = previous.done.size;
      if (!resume && done > 0) {
        warn(
          `The upload of ${previous.header.startedAt} was interrupted after ${pluralize(done, 'record')}. Use --resume to continue it. Starting over.`,
        );
      }
    }
    if (!resume || !previous) return { ...none, journal };
    if (!previous.finished) return { journal, ...(await settle(previous, journal, warn)) };
    // The rejects file of a finished run belongs to the user.
    return { journal, previous: { ...previous, rejects: {} }, abandoned: [] };
  } catch (error) {
    await journal.close();
    throw error;
  }
}

/** Finds out which records were written to the rejects files, if the run was killed while it wrote them. */
async function settle(
  previous: PreviousRun,
  journal: Journal,
  warn: (text: string) => void,
): Promise<Pick<OpenedJournal, 'previous' | 'abandoned'>> {
  const { marks, written, abandoned } = await settleRejects(previous, warn);
  const done = new Ranges([...previous.done.toJSON(), ...written]);
  const rejected = previous.counts.rejected + new Ranges(written).size;
  const counts = { ...previous.counts, rejected };
  if (previous.pending.length > 0) await journal.append({ done: written, counts, rejects: marks, read: [] });
  return { abandoned, previous: { ...previous, done, counts, rejects: marks, pending: [] } };
}

/** A pipe or device has no size, and can be read only once. */
function isStream(ref: InputRef): boolean {
  return ref.size === undefined;
}

function identityOf(refs: readonly InputRef[], settings: UploadSettings): UploadIdentity {
  const { command, variant, server, columns } = settings;
  const hashed = createHasher(columns, settings.hashKey)?.marker;
  return {
    ...(command === 'users upload' ? {} : { command }),
    server,
    key: settings.key,
    inputs: refs.map(({ path, absolute, size, mtimeMs }) => ({
      path: absolute ?? path,
      size: size ?? 0,
      modified: mtimeMs ?? 0,
    })),
    // Through JSON, to be comparable with what is read from a journal.
    settings: JSON.parse(
      JSON.stringify({ ...settings.read, ...columns, safeCsv: settings.safeCsv, hashed, ...variant }),
    ),
  };
}
