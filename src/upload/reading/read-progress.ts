import { createHash, type Hash } from 'node:crypto';
import type { FileMark, Progress } from '../journal/journal-format.ts';

interface InputProgress {
  bytes: number;
  readonly hash: Hash | undefined;
}

/** How far each input was read, with a hash of that part if a journal needs it. */
export class ReadProgress {
  readonly #hashed: boolean;
  readonly #inputs = new Map<number, InputProgress>();
  readonly #changed = new Set<number>();

  constructor({ hashed }: { readonly hashed: boolean }) {
    this.#hashed = hashed;
  }

  /** Starts counting an input from its first byte. Returns the function to call with each chunk. */
  start(input: number): (raw: Buffer) => void {
    const progress: InputProgress = { bytes: 0, hash: this.#hashed ? createHash('sha256') : undefined };
    this.#inputs.set(input, progress);
    return (raw) => {
      progress.bytes += raw.length;
      progress.hash?.update(raw);
      this.#changed.add(input);
    };
  }

  /** Bytes read of all inputs, before decompression. */
  get bytes(): number {
    let sum = 0;
    for (const { bytes } of this.#inputs.values()) sum += bytes;
    return sum;
  }

  /** The marks of the inputs that were read further since the last call. */
  takeMarks(): Progress['read'] {
    const marks: (readonly [number, FileMark])[] = [];
    for (const input of this.#changed) {
      const { bytes, hash } = this.#inputs.get(input)!;
      if (hash) marks.push([input, { bytes, sha256: hash.copy().digest('hex') }]);
    }
    this.#changed.clear();
    return marks;
  }
}
