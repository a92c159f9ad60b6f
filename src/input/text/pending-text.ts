/** From this length on, another attempt is made only when the text has doubled. */
const shortText = 64 * 1024;

/**
 * Text that is not parsed yet, because its last record is incomplete. A record that arrives in many pieces would be
 * scanned again with each of them; waiting until the text has doubled keeps the total work linear.
 */
export class PendingText {
  readonly #maxLength: number;
  #pieces: string[] = [];
  #length = 0;
  #wanted = 0;

  /** Beyond `maxLength` characters no more text is waited for. */
  constructor(maxLength: number) {
    this.#maxLength = maxLength;
  }

  /** Adds a piece. Returns the whole text, or undefined if it is too early for another attempt. */
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

  /** Keeps what is left after an attempt. */
  keep(rest: string): void {
    this.#pieces = [rest];
    this.#length = rest.length;
    this.#wanted = rest.length < shortText ? 0 : Math.min(2 * rest.length, this.#maxLength + 1);
  }
}
