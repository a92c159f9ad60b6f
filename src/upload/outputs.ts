import type { Journal } from './journal/journal.ts';
import { openJournal } from './journal/open-journal.ts';
import type { PreviousRun } from './journal/previous-run.ts';
import type { Inputs } from './reading/inputs.ts';
import { planRejects } from './rejects/plan-rejects.ts';
import { Rejects } from './rejects/rejects.ts';
import type { UploadDeps, UploadSettings } from './settings.ts';

/** The files that a run writes. */
export interface Outputs {
  /** Absent with --no-rejects. */
  readonly rejects: Rejects | undefined;
  /** Absent for a run that cannot be resumed. */
  readonly journal: Journal | undefined;
  /** The run that this one resumes. */
  readonly previous: PreviousRun | undefined;
}

/**
 * Locks and opens the files that a run writes. Throws UsageError and OutputError, and releases all locks
 * first.
 */
export async function openOutputs(
  inputs: Inputs,
  settings: UploadSettings,
  deps: UploadDeps & { readonly warn: (text: string) => void },
): Promise<Outputs> {
  const plan = await planRejects(inputs.all, settings, deps);
  let journal: Journal | undefined;
  try {
    const opened = await openJournal(
      inputs.all.map(({ ref }) => ref),
      settings,
      deps,
    );
    journal = opened.journal;
    const { abandoned, previous } = opened;
    const { disk, warn } = deps;
    const options = { marks: previous?.rejects, abandoned, disk, warn };
    return { journal, previous, rejects: plan && (await Rejects.open(plan, options)) };
  } catch (error) {
    await journal?.close();
    await plan?.locks.release();
    throw error;
  }
}
