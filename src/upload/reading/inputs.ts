import type { StopSignals } from '../../api/call.ts';
import type { InputRef } from '../../input/input-ref.ts';
import { type OpenedInput, openInput } from '../../input/open.ts';
import type { ReadSettings } from '../../input/read-settings.ts';
import type { SourceFile } from '../../input/source.ts';
import type { RecordMapper } from '../../records/record-mapper.ts';
import type { DetectedInput } from '../item.ts';
import { keepsJournal } from '../journal/open-journal.ts';
import type { UploadDeps, UploadSettings } from '../settings.ts';
import { ReadProgress } from './read-progress.ts';

/**
 * Max files that stay open between detection and reading. Others are closed and reopened, so that a glob that
 * matches thousands of files does not exhaust the file descriptors.
 */
const maxOpenFiles = 16;

interface DetectOptions {
  readonly read: ReadSettings;
  readonly mapper: RecordMapper;
  /** Whether a journal needs hashes of what is read. */
  readonly hashed: boolean;
  readonly warn: (text: string) => void;
}

/**
 * Finds the inputs of a run, detects the format of each and plans its columns. Throws UsageError and
 * InputError, or the reason of a stop.
 */
export async function detectInputs(
  settings: Pick<UploadSettings, 'read' | 'dryRun'>,
  deps: Pick<UploadDeps, 'session' | 'journals' | 'resolveInputs' | 'stdin'> &
    Pick<DetectOptions, 'mapper' | 'warn'> & { readonly stop: StopSignals },
): Promise<Inputs> {
  const { mapper, warn, stdin, stop } = deps;
  // Otherwise, a stop would wait for the first byte of a pipe.
  const hangUp = () => void stdin.destroy();
  stop.soft.addEventListener('abort', hangUp, { once: true });
  try {
    const { inputs, warnings } = await deps.resolveInputs();
    warnings.forEach(warn);
    const hashed = keepsJournal(inputs, settings, deps);
    const detected = await Inputs.detect(inputs, { read: settings.read, mapper, hashed, warn });
    if (stop.soft.aborted) await detected.close();
    return detected;
  } finally {
    stop.soft.removeEventListener('abort', hangUp);
    stop.soft.throwIfAborted();
  }
}

/** The inputs of a run, with what is known of each before its first record is read. */
export class Inputs {
  readonly all: readonly DetectedInput[];
  readonly progress: ReadProgress;
  readonly #read: ReadSettings;
  readonly #warn: (text: string) => void;
  readonly #open: Map<InputRef, OpenedInput>;

  private constructor(
    all: readonly DetectedInput[],
    { read, warn }: DetectOptions,
    parts: { progress: ReadProgress; open: Map<InputRef, OpenedInput> },
  ) {
    this.all = all;
    this.progress = parts.progress;
    this.#read = read;
    this.#warn = warn;
    this.#open = parts.open;
  }

  /** Detects the format of every input and plans its columns. Throws UsageError and InputError. */
  static async detect(refs: readonly InputRef[], options: DetectOptions): Promise<Inputs> {
    const { read, mapper, hashed, warn } = options;
    const progress = new ReadProgress({ hashed });
    const open = new Map<InputRef, OpenedInput>();
    try {
      const files: SourceFile[] = [];
      for (const ref of refs) {
        const opened = await openInput(ref, read, {
          onBytes: progress.start(ref.index),
          onWarning: warn,
        });
        open.set(ref, opened);
        opened.warnings.forEach(warn);
        files.push(opened.file);
        if (ref.size !== undefined && open.size > maxOpenFiles) await closeOne(open, ref);
      }
      const all = files.map((file, index) => ({ ref: refs[index]!, file, plan: mapper.plan(file, files) }));
      return new Inputs(all, options, { progress, open });
    } catch (error) {
      await closeAll(open);
      throw error;
    }
  }

  /** Bytes of all inputs; undefined when one of them is a stream. */
  get size(): number | undefined {
    let sum = 0;
    for (const { ref } of this.all) {
      if (ref.size === undefined) return undefined;
      sum += ref.size;
    }
    return sum;
  }

  /** An input, to be read from its start. The caller closes it. */
  async open({ ref }: DetectedInput): Promise<OpenedInput> {
    const opened = this.#open.get(ref);
    this.#open.delete(ref);
    return (
      opened ??
      (await openInput(ref, this.#read, {
        onBytes: this.progress.start(ref.index),
        onWarning: this.#warn,
      }))
    );
  }

  /** Closes the inputs that were not opened for reading. */
  async close(): Promise<void> {
    await closeAll(this.#open);
  }
}

async function closeOne(open: Map<InputRef, OpenedInput>, ref: InputRef): Promise<void> {
  const opened = open.get(ref);
  open.delete(ref);
  await opened?.close();
}

async function closeAll(open: Map<InputRef, OpenedInput>): Promise<void> {
  for (const ref of [...open.keys()]) await closeOne(open, ref);
}
