/** Longer texts are parsed again only after they have doubled. */
const shortText = 64 * 1024;

/**
 * Text that is not parsed yet, because its last record is incomplete. A record that arrives in many pieces
 * would be scanned again with each of them; waiting until the text has doubled keeps the total work linear.
 */
export class PendingText {
  readonly #maxLength: number;
  #pieces: string[] = [];
  #length = 0;
  #wanted = 0;

  /** A text longer than `maxLength` characters is parsed immediately. */
  constructor(maxLength: number) {
    this.#maxLength = maxLength;
  }

  /** Adds a piece. Returns the whole text, or undefined if it is too early to parse it again. */
  add(piece: string): string | undefined {
    this.#pieces.push(piece);
    this.#length += piece.length;
    return this.#length < this.#wanted ? undefined : this.take();
  }

  /** The whole text. */
  take(): string {
    const [first = '', ...others] = this.#pieces;
    return others.length === 0 ? first : this.#pieces.join('');
  }

  /** Keeps the text that was not consumed. */
  keep(rest: string): void {
    this.#pieces = [rest];
    this.#length = rest.length;
    this.#wanted = rest.length < shortText ? 0 : Math.min(2 * rest.length, this.#maxLength + 1);
  }
}
