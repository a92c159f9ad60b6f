import { InputError } from '../../errors.ts';
import type { EnvelopeFault } from './envelope.ts';
import { excerpt, findJsonFault } from './json-fault.ts';
import { listHint } from './wrapper.ts';

const incompleteHint = 'If that part looks right, the file is incomplete: export or copy it again.';

/** Errors after which a JSON document cannot be read further. */
export class DocumentFaults {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  notAList(line: number, found: string): InputError {
    return this.#error(
      line,
      `expected a JSON document that starts with [ or {, found ${JSON.stringify(found)}`,
      {
        hint: 'If this is a table, use --format csv or --format tsv.',
      },
    );
  }

  neverEnds(line: number): InputError {
    return this.#error(line, 'the record that starts here is not closed: a bracket or a quote is missing', {
      hint: incompleteHint,
    });
  }

  listNeverEnds(line: number): InputError {
    return this.#error(line, 'the list of records is not closed: its last ] is missing', {
      hint: incompleteHint,
    });
  }

  mismatch(found: { line: number; at: number; bracket: string }): InputError {
    const start = found.at === found.line ? '' : ` in the record that starts on line ${found.line}`;
    return this.#error(found.at, `${found.bracket} does not match the last opening bracket${start}`, {
      hint: 'A bracket or a quote is missing before it.',
    });
  }

  noElement(line: number, next: string): InputError {
    return this.#error(line, `expected a record in the list, found ${JSON.stringify(next)}`, {
      hint: next === ']' ? 'Remove the comma before it.' : undefined,
    });
  }

  noComma(line: number, next: string): InputError {
    return this.#error(line, `expected a comma or ] after a record, found ${JSON.stringify(next)}`);
  }

  somethingFollows(line: number, next: string): InputError {
    return this.#error(line, `the JSON document is complete, but ${JSON.stringify(next)} follows it`, {
      hint:
        next === ','
          ? 'For a list of records, put [ before the first one and ] after the last one.'
          : undefined,
    });
  }

  badEnvelope(line: number, { text, repeatsKey }: EnvelopeFault, list: string): InputError {
    if (repeatsKey) {
      return this.#error(line, `the object has the key "${list}" twice, and only the first was read`, {
        hint: 'Put all records into one list.',
      });
    }
    const fault = findJsonFault(text);
    const what = `the object around "${list}" is not valid JSON`;
    if (!fault) return this.#error(line, what);
    return this.#error(line, `${what}: ${fault.expected}, at ${excerpt(text, fault.at)}`, {
      hint: fault.hint,
    });
  }

  envelopeNeverEnds(line: number, list: string): InputError {
    return this.#error(line, `the object around "${list}" is not closed: its last } is missing`, {
      hint: incompleteHint,
    });
  }

  /** `list` is the key of a list in the record. */
  tooLong(line: number, limit: string, list?: string): InputError {
    return this.#error(line, `the record that starts here is longer than ${limit}`, {
      hint: list === undefined ? 'Is a quote or a bracket not closed?' : listHint(this.#path, list),
    });
  }

  #error(line: number, what: string, options: { hint?: string | undefined } = {}): InputError {
    return new InputError(`${this.#path}, line ${line}: ${what}.`, { file: this.#path, line }, options);
  }
}
