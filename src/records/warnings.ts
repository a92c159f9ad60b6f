import type { SourceRecord } from '../input/source.ts';

/** A record that a warning is about. */
export interface WarningExample {
  readonly file: string;
  readonly line: number;
  readonly user_id?: string;
}

/** Something that was sent unchanged and that the user should check. */
export interface RecordWarning {
  /** Stable name, such as `id-white-space`. */
  readonly code: string;
  readonly message: string;
  /** Number of records, or columns. */
  readonly count: number;
  /** The first of them. */
  readonly examples: readonly WarningExample[];
}

/** Max examples per warning. */
export const maxExamples = 5;

export function exampleOf(id: string, source: SourceRecord): WarningExample {
  return { file: source.file.path, line: source.line, user_id: id };
}

/** Counts warnings by code and message. */
export class WarningLog {
  readonly #entries = new Map<
    string,
    { code: string; message: string; count: number; examples: WarningExample[] }
  >();

  add(code: string, message: string, example: WarningExample): void {
    const key = `${code}\n${message}`;
    const entry = this.#entries.get(key) ?? { code, message, count: 0, examples: [] };
    if (entry.count === 0) this.#entries.set(key, entry);
    entry.count += 1;
    if (entry.examples.length < maxExamples) entry.examples.push(example);
  }

  /** In order of first appearance. */
  list(): RecordWarning[] {
    return [...this.#entries.values()].map((entry) => ({ ...entry, examples: [...entry.examples] }));
  }
}
