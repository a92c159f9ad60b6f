import zlib from 'node:zlib';
import { InputError } from '../../errors.ts';
import { pluralize } from '../../text.ts';
import { throughFzstd } from './through-fzstd.ts';
import { TrailingBytes, throughZlib } from './through-zlib.ts';

/** The compression of an input. */
export type Compression = 'gzip' | 'brotli' | 'zstd';

/** Detects the compression by the first bytes; brotli, which has no signature, by the name. */
export function detectCompression(head: Buffer, path: string): Compression | undefined {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  if (head.length >= 4) {
    const mark = head.readUInt32LE(0);
    // 0x184d2a5? opens a frame that decoders skip; pzstd writes one first.
    if (mark === 0xfd2fb528 || (mark & 0xfffffff0) === 0x184d2a50) return 'zstd';
  }
  return /\.br$/i.test(path) && head.length > 0 ? 'brotli' : undefined;
}

/**
 * The decompressed bytes. Throws InputError after the last valid byte if the data is damaged or incomplete.
 */
export async function* decompress(
  chunks: AsyncIterable<Buffer>,
  compression: Compression,
  path: string,
): AsyncGenerator<Buffer> {
  let delivered = 0;
  try {
    for await (const chunk of decompressors[compression](chunks)) {
      delivered += chunk.length;
      yield chunk;
    }
  } catch (cause) {
    throw cause instanceof InputError ? cause : damaged({ cause, compression, path, delivered });
  }
}

const decompressors: Readonly<
  Record<Compression, (chunks: AsyncIterable<Buffer>) => AsyncGenerator<Buffer>>
> = {
  gzip: (chunks) => throughZlib(chunks, zlib.createGunzip),
  brotli: (chunks) => throughZlib(chunks, zlib.createBrotliDecompress),
  // Node's own, where it exists, stops after the first frame, and Node 22's accepts an incomplete file.
  zstd: throughFzstd,
};

function damaged(fault: {
  cause: unknown;
  compression: Compression;
  path: string;
  delivered: number;
}): InputError {
  const { cause, compression, path, delivered } = fault;
  const after = `after ${pluralize(delivered, 'byte')} of content`;
  if (cause instanceof TrailingBytes) {
    return new InputError(
      `${path}: the ${compression} data is complete ${after}, but something else follows it.`,
      { file: path },
      { cause, hint: 'Compress the file again, or remove the extra data.' },
    );
  }
  if (isTruncation(cause)) {
    return new InputError(
      `${path}: the ${compression} data ends too early, ${after}: the file is incomplete.`,
      { file: path },
      {
        cause,
        hint: 'Copy or download the file again.',
      },
    );
  }
  const why = cause instanceof Error ? cause.message : String(cause);
  return new InputError(
    `${path}: the ${compression} data is damaged ${after} (${why}).`,
    { file: path },
    {
      cause,
      hint:
        compression === 'brotli' && delivered === 0
          ? 'Its name ends in .br: rename it if it is not compressed with brotli.'
          : 'Copy or download the file again.',
    },
  );
}

/** Whether a decompressor needed more than the input had; fzstd reports this as code 5. */
function isTruncation(cause: unknown): boolean {
  const { code } = cause as { code?: unknown };
  return code === 'Z_BUF_ERROR' || code === 5;
}
