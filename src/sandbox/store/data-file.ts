import { type FileHandle, open, stat } from 'node:fs/promises';
import { parseJson } from '../../contract/json.ts';
import { OutputError, UsageError } from '../../errors.ts';
import type { OpenFile } from '../../files/disk.ts';
import { reasonOf, replaceFileOpen } from '../../files/write.ts';

/** The file of a data set: a list of changes, one JSON value per line, to which new ones are appended. */
export interface DataFile {
  /** Set once a write has failed; nothing is written after that. */
  readonly failure: Error | undefined;
  /** Queues complete lines; they are written within 50 ms. */
  append(lines: string): void;
  /** Writes what is queued and closes the file. Throws OutputError when a write has failed. */
  close(): Promise<void>;
}

/** Loads a store from the lines of the file, and the other way round. */
export interface Contents {
  /** Loads one line. Returns whether it is valid. */
  replay(change: unknown): boolean;
  /** The shortest list of changes that leads to the current state. */
  snapshot(): Iterable<string>;
}

const header = '{"misoSandbox":1}';
const flushAfterMs = 50;
const flushAtCharacters = 4 * 1024 * 1024;

/**
 * Loads `path` if it exists, rewrites it in its shortest form and keeps it open for appending. A last line
 * that a crash cut off is dropped. Throws UsageError when anything else in the file is not valid, and leaves
 * it unchanged.
 */
export async function openDataFile(path: string, contents: Contents): Promise<DataFile> {
  try {
    await replayFile(path, contents);
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw new UsageError(`The sandbox's data file ${path} cannot be read: ${reasonOf(cause)}.`, { cause });
  }
  try {
    return new AppendedFile(path, await replaceFileOpen(path, inChunks(contents.snapshot())));
  } catch (cause) {
    throw new UsageError(`The sandbox's data file ${path} cannot be written: ${reasonOf(cause)}.`, {
      hint: 'Use a file in an existing folder that you can write to.',
      cause,
    });
  }
}

/** The header and the lines, in chunks of several megabytes. */
function* inChunks(lines: Iterable<string>): Generator<string> {
  let chunk = `${header}\n`;
  for (const line of lines) {
    chunk += line;
    if (chunk.length < flushAtCharacters) continue;
    yield chunk;
    chunk = '';
  }
  yield chunk;
}

async function replayFile(path: string, contents: Contents): Promise<void> {
  let number = 0;
  for await (const { text, whole } of linesOf(path)) {
    number += 1;
    const change = parseJson(text);
    if (number === 1 ? text === header : contents.replay(change)) continue;
    if (!whole && (number > 1 || header.startsWith(text))) return; // the sandbox was killed while writing this line
    throw new UsageError(
      number === 1
        ? `${path} is not a data file of the sandbox. It was not changed.`
        : `The sandbox's data file ${path} is damaged in line ${number}. It was not changed.`,
      { hint: 'Use another file, or delete this one to start with an empty data set.' },
    );
  }
}

/** Splits at LF only: JSON text may contain Unicode's other line separators. */
async function* linesOf(path: string): AsyncGenerator<{ text: string; whole: boolean }> {
  let handle: FileHandle;
  try {
    handle = await open(path, 'r');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw cause;
  }
  let rest: Buffer[] = [];
  for await (const chunk of handle.createReadStream() as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      const line = Buffer.concat([...rest, chunk.subarray(start, end)]);
      yield { text: line.toString('utf8'), whole: true };
      rest = [];
      start = end + 1;
    }
    if (start < chunk.length) rest.push(chunk.subarray(start));
  }
  if (rest.length > 0) yield { text: Buffer.concat(rest).toString('utf8'), whole: false };
}

class AppendedFile implements DataFile {
  readonly #path: string;
  readonly #handle: OpenFile;
  #queued: string[] = [];
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #failure: Error | undefined;

  constructor(path: string, handle: OpenFile) {
    this.#path = path;
    this.#handle = handle;
  }

  get failure(): Error | undefined {
    return this.#failure;
  }

  append(lines: string): void {
    if (lines === '') return;
    this.#queued.push(lines);
    this.#timer ??= setTimeout(() => this.#flush(), flushAfterMs);
  }

  async close(): Promise<void> {
    await this.#flush();
    await this.#handle.close();
    if (this.#failure !== undefined) throw this.#failure;
  }

  #flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const lines = this.#queued.join('');
    this.#queued = [];
    this.#writing = this.#writing.then(() => this.#write(lines));
    return this.#writing;
  }

  async #write(lines: string): Promise<void> {
    if (this.#failure !== undefined || lines === '') return;
    try {
      if (!(await isSameFile(this.#handle, this.#path))) throw new Error('another sandbox is using it');
      await this.#handle.appendFile(lines);
    } catch (cause) {
      const text = `The sandbox's data file ${this.#path} cannot be written: ${reasonOf(cause)}.`;
      this.#failure = new OutputError(text, { cause });
    }
  }
}

async function isSameFile(handle: OpenFile, path: string): Promise<boolean> {
  const [ours, named] = await Promise.all([handle.stat(), stat(path)]);
  return ours.ino === named.ino && ours.dev === named.dev;
}
