import { constants } from 'node:fs';
import { type FileHandle, lstat, open, rename } from 'node:fs/promises';
import { basename, extname, join, parse } from 'node:path';
import { OutputError, UsageError } from '../errors.ts';
import type { Format, SourceFile } from '../input/source.ts';
import type { Rejection } from '../records/record.ts';
import { closingBytes, formatFor, opening, type RejectFormat, rejectText } from './reject-format.ts';

/** One file of rejected records. */
interface Target {
  readonly path: string;
  readonly format: RejectFormat;
}

const formatOfExtension: Readonly<Record<string, Format>> = {
  '.csv': 'csv',
  '.tsv': 'tsv',
  '.json': 'json',
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
};

/** Bytes of each rejects file that are safely written, by path. */
export type RejectLengths = Readonly<Record<string, number>>;

/**
 * The rejected records of a run, each in a file that can be mended and uploaded as it is: the form of its input, with the
 * reasons in a last column. Files are made when they are needed, readable by their owner only; a file that is in the way
 * is kept under another name.
 */
export class Rejects {
  /** By the position of the input: a file is opened anew to be read, and its description with it. */
  readonly #targets = new Map<number, Target>();
  readonly #open = new Map<string, { readonly handle: FileHandle; length: number; regular: boolean }>();
  readonly #lengths: Record<string, number>;
  #pending: Rejection[] = [];

  /**
   * @param files The inputs of the run.
   * @param path One file for all of them; absent: NAME.rejected.EXT for each, in `directory`.
   * @param lengths What an interrupted run wrote and is to be kept: anything beyond is cut off.
   */
  constructor(options: {
    readonly files: readonly SourceFile[];
    readonly path?: string | undefined;
    readonly directory: string;
    readonly lengths?: RejectLengths;
  }) {
    this.#lengths = { ...options.lengths };
    const plan = options.path === undefined ? eachItsOwn : allInOne(options.path);
    for (const [file, target] of plan(options.files, options.directory)) this.#targets.set(file.index, target);
  }

  add(rejection: Rejection): void {
    this.#pending.push(rejection);
  }

  /** Files that hold records, in the order in which they were made. */
  get paths(): string[] {
    return Object.keys(this.#lengths);
  }

  /** Hands over what was added since, to be written. */
  take(): readonly Rejection[] {
    const taken = this.#pending;
    this.#pending = [];
    return taken;
  }

  /** Writes records and waits until the disk has them. Throws OutputError. */
  async write(rejections: readonly Rejection[]): Promise<void> {
    const byTarget = new Map<Target, Rejection[]>();
    for (const rejection of rejections) {
      const target = this.#targets.get(rejection.source.file.index)!;
      const list = byTarget.get(target);
      if (list) list.push(rejection);
      else byTarget.set(target, [rejection]);
    }
    for (const [target, list] of byTarget) {
      await this.#append(target, list).catch((error: NodeJS.ErrnoException) => {
        throw new OutputError(
          `The rejects file ${target.path} cannot be written: ${error.code ?? error.message}.`,
          {
            hint: 'Name another place with --rejects.',
            cause: error,
          },
        );
      });
    }
  }

  /** Bytes safely written, by path. */
  get lengths(): RejectLengths {
    return { ...this.#lengths };
  }

  async close(): Promise<void> {
    for (const { handle } of this.#open.values()) await handle.close();
    this.#open.clear();
  }

  async #append({ path, format }: Target, rejections: readonly Rejection[]): Promise<void> {
    const file = await this.#file(path, format);
    const first = file.length === Buffer.byteLength(opening(format));
    const at = Math.max(0, file.length - closingBytes(format));
    const bytes = Buffer.from(rejectText(format, rejections, first));
    // A device has no positions to write at.
    await writeAll(file.handle, bytes, file.regular ? at : null);
    if (file.regular) await file.handle.datasync();
    file.length = at + bytes.length;
    this.#lengths[path] = file.length;
  }

  async #file(path: string, format: RejectFormat) {
    const known = this.#open.get(path);
    if (known) return known;
    const kept = this.#lengths[path];
    const file = kept === undefined ? await create(path, format) : await goOn(path, kept);
    this.#open.set(path, file);
    return file;
  }
}

/**
 * Looks whether the files that an interrupted run wrote are still there in full.
 * Throws UsageError, for going on would leave out what they lost.
 */
export async function checkLengths(lengths: RejectLengths): Promise<void> {
  for (const [path, length] of Object.entries(lengths)) {
    const found = await lstat(path).catch(() => undefined);
    if (found && (!found.isFile() || found.size >= length)) continue;
    throw new UsageError(
      `${path} is no longer as the interrupted upload left it, so the upload cannot be resumed.`,
      {
        hint: 'Leave out --resume to upload everything from the start.',
      },
    );
  }
}

async function create(path: string, format: RejectFormat) {
  const there = await lstat(path).catch(() => undefined);
  if (there?.isFile()) await rename(path, await freeName(path));
  const regular = !there || there.isFile();
  const handle = await open(path, regular ? 'wx' : 'w', 0o600);
  const bytes = Buffer.from(opening(format));
  await writeAll(handle, bytes, regular ? 0 : null);
  return { handle, length: bytes.length, regular };
}

async function goOn(path: string, length: number) {
  const handle = await open(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  await handle.truncate(length);
  return { handle, length, regular: true };
}

async function writeAll(handle: FileHandle, bytes: Buffer, position: number | null): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const at = position === null ? null : position + done;
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, at);
    done += bytesWritten;
  }
}

/** `users.rejected.csv` makes way as `users.rejected.1.csv`, or the first number that is free. */
async function freeName(path: string): Promise<string> {
  const { dir, name, ext } = parse(path);
  for (let n = 1; ; n++) {
    const candidate = join(dir, `${name}.${n}${ext}`);
    if (!(await lstat(candidate).catch(() => undefined))) return candidate;
  }
}

type Plan = (files: readonly SourceFile[], directory: string) => [SourceFile, Target][];

/** Inputs of one name share a file when they have one form, and get numbered names otherwise. */
const eachItsOwn: Plan = (files, directory) => {
  const targets: Target[] = [];
  return files.map((file) => {
    const format = formatFor(file);
    const { stem, ext } = nameOf(file);
    for (let n = 1; ; n++) {
      const path = join(directory, `${stem}.rejected${n === 1 ? '' : `.${n}`}${ext}`);
      const taken = targets.find((target) => target.path === path);
      if (taken && !isSameForm(taken.format, format)) continue;
      const target = taken ?? { path, format };
      if (!taken) targets.push(target);
      return [file, target];
    }
  });
};

function allInOne(path: string): Plan {
  return (files) => {
    const formats = files.map(formatFor);
    const shared = formats.every((format) => isSameForm(format, formats[0]!));
    const target: Target = { path, format: shared ? (formats[0] ?? { kind: 'shaped' }) : { kind: 'shaped' } };
    return files.map((file) => [file, target]);
  };
}

function isSameForm(a: RejectFormat, b: RejectFormat): boolean {
  if (a.kind !== 'table' || b.kind !== 'table') return a.kind === b.kind;
  return a.header === b.header && a.delimiter === b.delimiter && a.bom === b.bom;
}

/** `exports/users.csv.gz` → `users` and `.csv`. */
function nameOf(file: SourceFile): { stem: string; ext: string } {
  const name = file.path === '<stdin>' ? 'stdin' : basename(file.path).replace(/\.(gz|br|zst)$/i, '');
  const ext = extname(name);
  const keeps = formatOfExtension[ext.toLowerCase()] === file.format;
  return {
    stem: keeps ? name.slice(0, -ext.length) : name.replace(/\.(csv|tsv|txt|json|ndjson|jsonl)$/i, ''),
    ext: keeps ? ext : `.${file.format}`,
  };
}
