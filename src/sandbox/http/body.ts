import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw } from 'node:zlib';

/** The body of a request, or why it cannot be used. `gone`: the client disconnected. */
export type Body = Buffer | 'too large' | 'gone' | 'unknown coding' | 'corrupt';

/** Reads and decompresses a body. `maxBytes` applies before and after decompression. Never throws. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Body> {
  const bytes = await collect(request, maxBytes);
  if (!Buffer.isBuffer(bytes) || bytes.length === 0) return bytes;
  const codings = (request.headers['content-encoding'] ?? '')
    .split(',')
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== '' && coding !== 'identity');
  let body: Body = bytes;
  for (const coding of codings.reverse()) {
    body = await decompress(body, coding, maxBytes);
    if (!Buffer.isBuffer(body)) break;
  }
  return body;
}

/** The text of a body; undefined when it is not valid UTF-8. */
export function textOf(bytes: Buffer): string | undefined {
  return isUtf8(bytes) ? bytes.toString('utf8') : undefined;
}

function collect(request: IncomingMessage, maxBytes: number): Promise<Body> {
  return new Promise((resolve) => {
    let chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > maxBytes)
        chunks = []; // the rest is still read, because a client reads the reply only after sending its body
      else chunks.push(chunk);
    });
    request.on('end', () => resolve(length > maxBytes ? 'too large' : Buffer.concat(chunks)));
    request.on('close', () => resolve('gone'));
  });
}

type Decompressor = (bytes: Buffer, limit: { maxOutputLength: number }) => Promise<Buffer>;

const gunzipBody: Decompressor = promisify(gunzip);
const brotliBody: Decompressor = promisify(brotliDecompress);
const inflateBody: Decompressor = promisify(inflate);
const inflateRawBody: Decompressor = promisify(inflateRaw);

function decompressorOf(coding: string, bytes: Buffer): Decompressor | undefined {
  if (coding === 'gzip' || coding === 'x-gzip') return gunzipBody;
  if (coding === 'br') return brotliBody;
  if (coding !== 'deflate') return undefined;
  const hasZlibHeader = (bytes[0] ?? 0) % 16 === 8 && bytes.length > 1 && bytes.readUInt16BE(0) % 31 === 0;
  return hasZlibHeader ? inflateBody : inflateRawBody; // clients send either format as "deflate"
}

async function decompress(bytes: Buffer, coding: string, maxBytes: number): Promise<Body> {
  const decompressor = decompressorOf(coding, bytes);
  if (decompressor === undefined) return 'unknown coding';
  try {
    return await decompressor(bytes, { maxOutputLength: maxBytes });
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? 'too large' : 'corrupt';
  }
}
