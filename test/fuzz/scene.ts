import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { startSandbox } from '../../src/sandbox/http/server.ts';
import type { UploadResult } from '../../src/upload/run.ts';
import { effortOf } from '../effort.ts';
import { uploadTo, type Wishes } from '../upload/scene.ts';

/**
 * Checks a property `short` times in `npm test`, else FUZZ_RUNS times (default: 30 times `short`).
 * `share` lowers the number for a property that starts a process each time.
 */
export function check<T extends [unknown, ...unknown[]]>(
  property: fc.IAsyncProperty<T>,
  short: number,
  share = 1,
): Promise<void> {
  const runs = effortOf('FUZZ_RUNS', short / share, (30 * short) / share);
  const numRuns = Math.ceil(runs * share);
  return fc.assert(property, { numRuns });
}

/** Lengths of the chunks in which a stream arrives, repeated. */
export const chunkLengths = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });

/** A new data set and a new folder, for one run of a property. */
export interface Scene {
  /** What the data set holds, by id. */
  stored(): Record<string, unknown>;
  write(name: string, content: Buffer | string): Promise<void>;
  /** Uploads files of the folder. */
  upload(inputs: readonly string[], wishes?: Partial<Wishes>): Promise<UploadResult>;
  /** Uploads what arrives at standard input in chunks of these lengths. */
  uploadStream(content: Buffer, lengths: readonly number[], wishes?: Partial<Wishes>): Promise<UploadResult>;
  /** The text of a file of the folder; undefined when it is not there. */
  read(name: string): Promise<string | undefined>;
}

/** Passes a scene to `use` and always removes it afterwards, because a property runs ten thousand times. */
export async function inScene(use: (scene: Scene) => Promise<void>): Promise<void> {
  const [cwd, sandbox] = await Promise.all([mkdtemp(join(tmpdir(), 'miso-fuzz-')), startSandbox()]);
  const upload: Scene['upload'] = (inputs, wishes) =>
    // Inputs without records are generated, too.
    uploadTo(sandbox.url, cwd, { inputs, journals: undefined, minRecords: 0, ...wishes });
  try {
    await use({
      stored: () => Object.fromEntries(sandbox.users.entries()),
      write: (name, content) => writeFile(join(cwd, name), content),
      upload,
      uploadStream: (content, lengths, wishes) =>
        upload(['-'], { stdin: Readable.from(inChunks(content, lengths)), ...wishes }),
      read: (name) => readFile(join(cwd, name), 'utf8').catch(() => undefined),
    });
  } finally {
    await Promise.all([sandbox.close(), rm(cwd, { recursive: true, force: true })]);
  }
}

function* inChunks(bytes: Buffer, lengths: readonly number[]): Generator<Buffer> {
  let at = 0;
  for (let turn = 0; at < bytes.length; turn++) {
    const length = lengths[turn % lengths.length] ?? bytes.length;
    yield bytes.subarray(at, at + length);
    at += length;
  }
}
