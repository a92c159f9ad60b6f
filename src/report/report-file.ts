import { rename, stat, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { OutputError } from '../errors.ts';

/** Writes a summary as JSON. A half-written report is never seen under its name. Throws OutputError. */
export async function writeReport(path: string, summary: object, cwd: string): Promise<void> {
  const target = resolve(cwd, path);
  const text = `${JSON.stringify(summary, null, 2)}\n`;
  try {
    const there = await stat(target).catch(() => undefined);
    // A device, such as /dev/stderr, cannot be replaced.
    if (there && !there.isFile()) return await writeFile(target, text);
    await writeFile(`${target}.new`, text);
    await rename(`${target}.new`, target);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new OutputError(`The report ${path} cannot be written: ${code ?? message}.`, { cause: error });
  }
}
