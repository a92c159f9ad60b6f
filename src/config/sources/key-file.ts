import { createReadStream } from 'node:fs';
import { UsageError } from '../../errors.ts';
import { apiKey } from '../rules/api-key.ts';
import type { Rule } from '../rules/rule.ts';
import type { Secret } from '../secret.ts';

const maxBytes = 64 * 1024;

/**
 * Reads the key from a file that contains nothing else; surrounding white space is removed.
 * Throws a UsageError that names the file and `origin`, the setting that names it, but never repeats its content.
 */
export async function readKeyFile(
  path: string,
  origin: string,
  rule: Rule<Secret> = apiKey,
): Promise<Secret> {
  const place = `${path} (from ${origin})`;
  const content = (await readStart(path, place)).trim();
  if (content === '')
    throw new UsageError(`${place}: the key file is empty.`, { hint: 'Write the key to it.' });
  const result = rule.read(content, { kind: 'text', path: (written) => written });
  if (result.ok) return result.value;
  throw new UsageError(`${place}: ${result.problem}.`, {
    hint: 'The file must contain only the key.',
  });
}

/** Reads the first bytes only, because the path may be a device or a huge file. */
async function readStart(path: string, place: string): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of createReadStream(path, { end: maxBytes - 1 })) chunks.push(chunk);
  } catch (error) {
    throw new UsageError(`${place}: ${problemOf(error)}.`, {
      hint: 'Check the path and the permissions of the file.',
      cause: error,
    });
  }
  const bytes = Buffer.concat(chunks);
  // `echo KEY > FILE` in Windows PowerShell writes UTF-16.
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  return bytes.toString(isUtf16 ? 'utf16le' : 'utf8').replace(/^\ufeff/, '');
}

function problemOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') return 'the key file does not exist';
  if (code === 'EISDIR') return 'this is a folder; expected a file that contains the key';
  return `the key file cannot be read (${code ?? 'unknown reason'})`;
}
