import { InputError } from '../../errors.ts';
import { createDecoder } from './decoders.ts';
import { type Encoding, guessEncoding, looksBinary } from './encoding.ts';
import { LineCounter } from './line-ends.ts';

interface Decoding {
  readonly path: string;
  readonly encoding: Encoding;
}

/**
 * The text of an input, without its byte order mark, in pieces that end between characters. Throws InputError
 * at the first bytes that are not text in this encoding, after yielding all the text before them.
 */
export async function* decode(bytes: AsyncIterable<Buffer>, decoding: Decoding): AsyncGenerator<string> {
  const decoder = createDecoder(decoding.encoding);
  const lines = new LineCounter();
  let mark = decoding.encoding.bomBytes;
  for await (const chunk of bytes) {
    const skipped = Math.min(mark, chunk.length);
    mark -= skipped;
    const text = decoder.decode(skipped > 0 ? chunk.subarray(skipped) : chunk);
    lines.add(text);
    if (text !== '') yield text;
    if (decoder.fault) throw await undecodable(decoding, decoder.fault, lines.line);
  }
  const text = decoder.end();
  lines.add(text);
  if (text !== '') yield text;
  if (decoder.fault) throw await undecodable(decoding, decoder.fault, lines.line);
}

async function undecodable(
  { path, encoding }: Decoding,
  { offset, sample, cut }: NonNullable<ReturnType<typeof createDecoder>['fault']>,
  line: number,
): Promise<InputError> {
  const where = `${path}, line ${line}${offset === undefined ? '' : ` (byte ${offset})`}`;
  const name = encoding.name.toUpperCase();
  const error = (what: string, hint: string) =>
    new InputError(`${where}: ${what}.`, { file: path, line }, { hint });
  if (cut)
    return error(
      `the file ends in the middle of a ${name} character`,
      'The file is incomplete: export or copy it again.',
    );
  if (!encoding.assumed)
    return error(`the bytes are not ${name}`, 'Check the encoding, or save the file as UTF-8.');
  if (sample && looksBinary(sample)) {
    return error(
      'the bytes are not UTF-8, and look like binary data',
      'Export the users as CSV, TSV, JSON or NDJSON. If it is text, specify its encoding with --encoding.',
    );
  }
  const likely = sample && (await guessEncoding(sample));
  return error(
    `the bytes are not ${name}`,
    likely === undefined
      ? 'Save the file as UTF-8, or specify its encoding with --encoding.'
      : `It looks like ${likely}: try --encoding ${likely}, or save the file as UTF-8.`,
  );
}
