import { isUtf8 } from 'node:buffer';

/** How many bytes of a block are whole characters. At most 3 bytes remain, which belong to the next block. */
export function wholeUtf8Bytes(block: Buffer): number {
  for (let back = 1; back <= 3 && back <= block.length; back++) {
    const byte = block[block.length - back]!;
    if ((byte & 0xc0) === 0x80) continue;
    return sequenceBytes(byte) > back ? block.length - back : block.length;
  }
  return block.length;
}

/** How many bytes at the start of a block are valid UTF-8 and whole characters. */
export function validUtf8Bytes(block: Buffer): number {
  if (isUtf8(block)) return block.length;
  let good = 0;
  let bad = block.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isUtf8(wholeCharacters(block.subarray(0, middle)))) good = middle;
    else bad = middle;
  }
  return wholeCharacters(block.subarray(0, good)).length;
}

function wholeCharacters(block: Buffer): Buffer {
  return block.subarray(0, wholeUtf8Bytes(block));
}

/** The length of the sequence that a lead byte starts; 1 for a byte that cannot start one. */
function sequenceBytes(lead: number): number {
  if (lead < 0xc2 || lead > 0xf4) return 1;
  return lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
}
