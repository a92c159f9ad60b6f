import type { Transform } from 'node:stream';
import zlib from 'node:zlib';
import { UsageError } from '../errors.ts';
import type { Compression } from '../input/bytes/decompress.ts';

/** A way to compress a file. The output of several of its streams can be concatenated in one file. */
export interface Compressor {
  readonly name: Compression;
  readonly create: () => Transform;
}

/** Not in the zlib of Node 20. */
const { createZstdCompress } = zlib as { readonly createZstdCompress?: () => Transform };

/**
 * The compression that the name of a file indicates, if any. Throws UsageError for one that cannot be
 * written.
 */
export function compressorFor(path: string): Compressor | undefined {
  const extension = /\.(gz|gzip|zst|zstd|br|bz2|xz|zip)$/i.exec(path)?.[1]?.toLowerCase();
  if (extension === undefined) return undefined;
  if (extension.startsWith('gz')) return { name: 'gzip', create: zlib.createGzip };
  const hint = 'Name the file .gz instead.';
  if (!extension.startsWith('zst'))
    throw new UsageError(`${path}: an export cannot be compressed as .${extension}.`, { hint });
  if (createZstdCompress === undefined)
    throw new UsageError(`${path}: compressing with zstd requires Node 22.15 or later.`, { hint });
  return { name: 'zstd', create: createZstdCompress };
}
