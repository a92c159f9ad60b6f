import { createReadStream } from 'node:fs';
import { UsageError } from '../../errors.ts';
import { apiKey } from '../rules/api-key.ts';
import type { Secret } from './secret.ts';

const mostBytes = 64 * 1024;

/**
 * Reads the key from a file that holds nothing else; white space around it does not count.
 * Throws a UsageError that names the file and `origin`, the place that names the file, and holds nothing of its content.
 */
export async function readKeyFile(path: string, origin: string): Promise<Secret> {
  const place = `${path} (named by ${origin})`;
  const content = (await readStart(path, place)).trim();
  if (content === '')
    throw new UsageError(`${place}: the key file is empty.`, { hint: 'Write the key into it.' });
  const judged = apiKey.read(content, { kind: 'text', path: (written) => written });
  if (judged.ok) return judged.value;
  throw new UsageError(`${place}: ${judged.problem}.`, {
    hint: 'The file must hold the key and nothing else.',
  });
}

/** No more than a key can need is read, because the path may be that of a device or of a whole export. */
async function readStart(path: string, place: string): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of createReadStream(path, { end: mostBytes - 1 })) chunks.push(chunk);
  } catch (error) {
    throw new UsageError(`${place}: ${faultOf(error)}.`, {
      hint: 'Check the path, and that this user may read the file.',
      cause: error,
    });
  }
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/^\ufeff/, '');
}

function faultOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') return 'the key file does not exist';
  if (code === 'EISDIR') return 'this is a folder; expected a file that holds the key';
  return `the key file cannot be read (${code ?? 'unknown reason'})`;
}
