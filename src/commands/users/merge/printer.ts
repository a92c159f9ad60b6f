import { colorJson } from '../../../report/text/json-text.ts';
import { type Style, styleFor } from '../../../report/text/style.ts';
import { escapeJson } from '../../../text.ts';
import type { World } from '../../../world.ts';

/** The program that reads the output has ended: nothing more is needed. */
export class ReaderLeft extends Error {}

/** Prints records as NDJSON. */
export class MergePrinter {
  /** Whether anything was printed. */
  began = false;
  readonly #world: World;
  readonly #style: Style;

  constructor(world: World, color: boolean | undefined) {
    this.#world = world;
    this.#style = styleFor(world.stdout, world, color);
  }

  /** Throws ReaderLeft, and OutputError. */
  async print(records: readonly string[]): Promise<void> {
    const { stdout } = this.#world;
    if (records.length === 0) return;
    this.began = true;
    const printable = stdout.isTTY ? (json: string) => colorJson(escapeJson(json), this.#style) : escapeJson;
    await stdout.write(records.map((json) => `${printable(json)}\n`).join(''));
    if (stdout.closed) throw new ReaderLeft('The reader of the output has ended.');
  }
}
