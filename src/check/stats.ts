import type { SourceFile } from '../input/source.ts';
import type { Rejection } from '../records/record.ts';
import type { CheckSummary } from './summary.ts';
import type { Verdict, Verdicts } from './verdicts.ts';

/** Max differences that a report lists. */
const maxDifferences = 1000;

const names: Readonly<Record<Verdict, keyof CheckSummary['users']>> = {
  '=': 'same',
  '*': 'different',
  '+': 'onlyInFiles',
  '-': 'onlyAtMiso',
  '!': 'unreadable',
};

/** Counts the records and users of a check. */
export class CheckStats {
  read = 0;
  /** Users that were read at Miso. */
  done = 0;
  #rejected = 0;
  #withoutId = 0;
  readonly #files = new Map<SourceFile, number>();
  readonly #users = { same: 0, different: 0, onlyInFiles: 0, onlyAtMiso: 0, unreadable: 0, notCompared: 0 };
  readonly #fields = new Map<string, number>();
  readonly #differences: CheckSummary['differences'][number][] = [];

  addRead(file: SourceFile, records: number): void {
    this.read += records;
    this.#files.set(file, (this.#files.get(file) ?? 0) + records);
  }

  addRejected({ id }: Rejection): void {
    this.#rejected++;
    if (id === undefined) this.#withoutId++;
  }

  /** Counts all verdicts, once they are complete. */
  addVerdicts(verdicts: Verdicts): void {
    for (const { verdict, id, details } of verdicts.all()) {
      this.#users[names[verdict]]++;
      if (verdict === '*')
        for (const field of details) this.#fields.set(field, (this.#fields.get(field) ?? 0) + 1);
      if (verdict !== '=' && this.#differences.length < maxDifferences)
        this.#differences.push({ user_id: id, sign: verdict, details });
    }
    this.#users.notCompared = verdicts.notCompared;
  }

  /** Whether everything that was compared is the same. */
  get isSame(): boolean {
    const { different, onlyInFiles, onlyAtMiso, unreadable } = this.#users;
    return different + onlyInFiles + onlyAtMiso + unreadable + this.#rejected === 0;
  }

  get summary(): Pick<CheckSummary, 'files' | 'records' | 'users' | 'fields' | 'differences'> {
    return {
      files: [...this.#files].map(([{ path, format }, records]) => ({ path, format, records })),
      records: { read: this.read, rejected: this.#rejected, withoutId: this.#withoutId },
      users: this.#users,
      fields: Object.fromEntries(this.#fields),
      differences: this.#differences,
    };
  }
}
