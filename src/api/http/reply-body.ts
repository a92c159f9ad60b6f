import { isUtf8 } from 'node:buffer';

/** Largest body of a reply, in bytes after decompression. */
export const maxReplyBytes = 16 * 1024 ** 2;

/** Reads the body of a reply piece by piece. */
export interface BodyReader {
  /** Throws ReplyTooLargeError, or another error if the reply cannot be used. */
  write(chunk: Buffer): void;
  /** The text that the reply is classified by. */
  end(): string;
}

/** The error for a body that could exhaust the memory, sent by a hostile or broken server. */
export class ReplyTooLargeError extends Error {
  readonly code = 'EREPLYTOOLARGE';
}

/** Throws ReplyTooLargeError. */
export function checkReplySize(bytes: number): void {
  if (bytes > maxReplyBytes) throw new ReplyTooLargeError();
}

/** Collects a body as text. */
export class TextBody implements BodyReader {
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  /** Set by `end`. In a body that is not valid UTF-8, some characters were replaced. */
  isValid = true;

  write(chunk: Buffer): void {
    this.#bytes += chunk.length;
    checkReplySize(this.#bytes);
    this.#chunks.push(chunk);
  }

  end(): string {
    const bytes = Buffer.concat(this.#chunks);
    this.isValid = isUtf8(bytes);
    return textOf(bytes);
  }
}

/** The text of a body, without a byte order mark, which some gateways add. */
export function textOf(bytes: Buffer): string {
  return bytes.toString('utf8').replace(/^\ufeff/, '');
}
