import type { Readable } from 'node:stream';

/** An input that exists, before its first byte is read. */
export interface InputRef {
  /** Position among the inputs of the run, from 0. */
  readonly index: number;
  /** As specified by the user or matched by a glob; `<stdin>` for standard input. */
  readonly path: string;
  /** Absent for standard input. */
  readonly absolute?: string;
  /** In bytes; absent for pipes and devices. */
  readonly size?: number;
  /** Time of the last modification; absent for pipes and devices. */
  readonly mtimeMs?: number;
  /** Standard input itself. */
  readonly stdin?: Readable;
}

/** The inputs of a run, in the order in which they are read. */
export interface ResolvedInputs {
  readonly inputs: readonly InputRef[];
  readonly warnings: readonly string[];
}
