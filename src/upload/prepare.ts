import type { InputRef } from '../input/input-ref.ts';
import { type OpenedInput, openInput } from '../input/open.ts';
import { createRecordMapper, type RecordMapper } from '../records/record-mapper.ts';
import type { Earlier } from './journal/earlier.ts';
import type { Journal } from './journal/journal.ts';
import { isStream, type OpenedJournal, openJournal } from './journal/open-journal.ts';
import { planRejects, type RejectPlan } from './rejects/plan-rejects.ts';
import { Rejects } from './rejects/rejects.ts';
import type { DetectedInput, UploadDeps, UploadSettings } from './settings.ts';

/** A run with everything in its place and nothing sent. */
export interface Prepared {
  readonly inputs: readonly DetectedInput[];
  readonly mapper: RecordMapper;
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
export async function prepare(
  refs: readonly InputRef[],
  settings: UploadSettings,
  deps: UploadDeps,
): Promise<Prepared> {
  const streams = new Streams();
  // A pipe that says nothing would be waited for in vain.
  const hangUp = () => void deps.stdin.destroy();
  deps.stop.soft.addEventListener('abort', hangUp, { once: true });
  try {
    const mapper = createRecordMapper(settings.columns);
    const inputs = await inspect(refs, settings, { deps, mapper, streams });
    deps.stop.soft.throwIfAborted();
    const plan = await planRejects(inputs, settings, deps);
    return {
      inputs,
      mapper,
      ...(await openOutputs(plan, () => openJournal(refs, settings, deps))),
      open: async ({ ref }, onBytes) => streams.take(ref) ?? openInput(ref, settings.read, { onBytes }),
      close: () => streams.close(),
    };
  } catch (error) {
    await streams.close();
    deps.stop.soft.throwIfAborted();
    throw error;
  } finally {
    deps.stop.soft.removeEventListener('abort', hangUp);
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
  { deps, mapper, streams }: { deps: UploadDeps; mapper: RecordMapper; streams: Streams },
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
  return found.map(({ ref, opened }) => ({ ref, file: opened.file, plan: mapper.plan(opened.file, files) }));
}

/** Whatever fails here leaves nothing locked. */
async function openOutputs(
  plan: RejectPlan | undefined,
  open: () => Promise<OpenedJournal>,
): Promise<Pick<Prepared, 'journal' | 'earlier' | 'rejects'>> {
  let opened: OpenedJournal | undefined;
  try {
    opened = await open();
    const { journal, earlier } = opened;
    // What a finished run wrote is its user's by now.
    const marks = earlier?.finished ? {} : earlier?.rejects;
    return { journal, earlier, rejects: plan && (await Rejects.open(plan, marks)) };
  } catch (error) {
    await opened?.journal?.close();
    await plan?.claims.release();
    throw error;
  }
}
