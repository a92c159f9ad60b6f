import { basename, dirname, join } from 'node:path';
import { UsageError } from '../../errors.ts';
import { readSmallFile } from '../../files/read-small.ts';
import { looksSecret } from '../../redact.ts';
import { apiKey } from '../rules/api-key.ts';
import type { Rule } from '../rules/rule.ts';
import type { Secret } from '../secret.ts';

const maxBytes = 64 * 1024;

/**
 * Reads the key from a file that contains nothing else; surrounding white space is removed. Throws a
 * UsageError that names the file and `origin`, the setting that names it, but never repeats its content.
 */
export async function readKeyFile(
  path: string,
  origin: string,
  rule: Rule<Secret> = apiKey,
): Promise<Secret> {
  // The key itself may be in place of its file.
  const shown = looksSecret(basename(path)) ? join(dirname(path), '***') : path;
  const place = `${shown} (from ${origin})`;
  const content = (await readStart(path, place)).trim();
  if (content === '')
    throw new UsageError(`${place}: the key file is empty.`, { hint: 'Write the key to it.' });
  const result = rule.read(content, { kind: 'text', path: (written) => written });
  if (result.ok) return result.value;
  throw new UsageError(`${place}: ${result.problem}.`, {
    hint: 'The file must contain only the key.',
  });
}

async function readStart(path: string, place: string): Promise<string> {
  const bytes = await readSmallFile(path, maxBytes).catch((error: unknown) => {
    throw new UsageError(`${place}: ${problemOf(error)}.`, {
      hint: 'Check the path and the permissions of the file.',
      cause: error,
    });
  });
  // `echo KEY > FILE` in Windows PowerShell writes UTF-16.
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  return bytes.toString(isUtf16 ? 'utf16le' : 'utf8').replace(/^\ufeff/, '');
}

function problemOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'the key file does not exist';
  if (code === 'EISDIR') return 'this is a folder; expected a file that contains the key';
  return `the key file cannot be read (${code ?? message})`;
}
