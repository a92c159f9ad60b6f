import { randomUUID } from 'node:crypto';
import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { OutputError } from '../../errors.ts';
import { digest, type Summary } from '../text/digest.ts';
import { junit } from './junit.ts';
import { markdown } from './markdown.ts';

/**
 * Writes a summary: as JUnit XML into a file that ends in .xml, as Markdown into one that ends in .md, else as JSON.
 * A half-written report is never seen under its name. Throws OutputError.
 */
export async function writeReport(path: string, summary: Summary, cwd: string): Promise<void> {
  const target = resolve(cwd, path);
  // Another run may write its report at the same time, and a file of this name may be somebody's.
  const draft = `${target}.${randomUUID()}.new`;
  const text = reportText(path, summary);
  try {
    const there = await stat(target).catch(() => undefined);
    // A device, such as /dev/stderr, cannot be replaced.
    if (there && !there.isFile() && !there.isDirectory()) return await writeFile(target, text);
    await writeFile(draft, text, { flag: 'wx', mode: 0o600 });
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => {});
    const { code, message } = error as NodeJS.ErrnoException;
    throw new OutputError(`The report ${path} cannot be written: ${code ?? message}.`, {
      hint: 'Name a file in a folder that exists and can be written to.',
      cause: error,
    });
  }
}

function reportText(path: string, summary: Summary): string {
  switch (extname(path).toLowerCase()) {
    case '.xml':
      return junit(digest(summary));
    case '.md':
      return markdown(digest(summary));
    default:
      return `${JSON.stringify(summary, null, 2)}\n`;
  }
}
