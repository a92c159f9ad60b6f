const blockBytes = 100 * 1024;

/** Bytes as a zstd frame of uncompressed blocks: Node 20 has no zstd compressor. */
export function zstdFrame(content: Buffer): Buffer {
  // The magic number, a descriptor without options, and a window of 2 MiB.
  const parts: Buffer[] = [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58])];
  let at = 0;
  do {
    const block = content.subarray(at, at + blockBytes);
    at += blockBytes;
    const header = Buffer.alloc(3);
    header.writeUIntLE((block.length << 3) | (at >= content.length ? 1 : 0), 0, 3);
    parts.push(header, block);
  } while (at < content.length);
  return Buffer.concat(parts);
}
