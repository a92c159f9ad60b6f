/** Largest body of a reply, in bytes after decompression. */
export const maxReplyBytes = 16 * 1024 ** 2;

/** Takes the body of a reply piece by piece. */
export interface BodyReader {
  /** Throws ReplyTooLargeError, or any other error that makes the reply unusable. */
  write(chunk: Buffer): void;
  /** The text that the reply is classified by. */
  end(): string;
}

/** A body that a hostile or broken server could fill the memory with. */
export class ReplyTooLargeError extends Error {
  readonly code = 'EREPLYTOOLARGE';
}

/** Throws ReplyTooLargeError. */
export function checkReplySize(bytes: number): void {
  if (bytes > maxReplyBytes) throw new ReplyTooLargeError();
}

/** A body that is kept as text. */
export class TextBody implements BodyReader {
  readonly #chunks: Buffer[] = [];
  #bytes = 0;

  write(chunk: Buffer): void {
    this.#bytes += chunk.length;
    checkReplySize(this.#bytes);
    this.#chunks.push(chunk);
  }

  end(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }
}
