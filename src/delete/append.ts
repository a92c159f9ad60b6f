import type { FileHandle } from 'node:fs/promises';
import { OutputError } from '../errors.ts';

/** Adds text to a file, and resolves once the disk has it. Throws OutputError, which names the file as `name`. */
export async function append(
  handle: FileHandle,
  text: string,
  { name, hint }: { readonly name: string; readonly hint?: string },
): Promise<void> {
  try {
    await handle.appendFile(text);
    await handle.datasync();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new OutputError(`${name} cannot be written: ${code ?? message}.`, { hint, cause: error });
  }
}
