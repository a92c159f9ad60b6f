/** The share of bytes, of a hundred, that are control characters in nearly no text of any encoding. */
const mostControls = 5;

/** A few of them can be a slip. */
const fewControls = 4;

/** Whether bytes that are not UTF-8 are hardly text in any encoding. */
export function looksBinary(sample: Buffer): boolean {
  const controls = sample.reduce((count, byte) => count + (isControl(byte) ? 1 : 0), 0);
  return controls > fewControls && controls * 100 > sample.length * mostControls;
}

/** Control characters but for tab, the line ends, form feed, and the escape that Japanese encodings shift with. */
function isControl(byte: number): boolean {
  return byte < 0x20 && !(byte >= 0x09 && byte <= 0x0d) && byte !== 0x1b;
}
