import { jsonTextFor } from '../../../report/text/json-text.ts';
import { styleFor } from '../../../report/text/style.ts';
import type { World } from '../../../world.ts';

/** The program that reads the output has ended, so nothing more has to be printed. */
export class OutputClosed extends Error {}

/** Prints records as NDJSON. */
export class MergePrinter {
  /** Whether anything was printed. */
  began = false;
  readonly #stdout: World['stdout'];
  readonly #textOf: (json: string) => string;

  constructor(world: World, color: boolean | undefined) {
    this.#stdout = world.stdout;
    this.#textOf = jsonTextFor(world.stdout, styleFor(world.stdout, world, color));
  }

  /** Throws OutputClosed and OutputError. */
  async print(records: readonly string[]): Promise<void> {
    if (records.length === 0) return;
    this.began = true;
    await this.#stdout.write(records.map((json) => `${this.#textOf(json)}\n`).join(''));
    if (this.#stdout.closed) throw new OutputClosed('The reader of the output has ended.');
  }
}
