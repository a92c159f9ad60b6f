import { extname, resolve } from 'node:path';
import { orOutputError, replaceFile } from '../../files/write.ts';
import { digest, type Summary } from '../text/digest.ts';
import { junit } from './junit.ts';
import { markdown } from './markdown.ts';

/**
 * Writes a summary: as JUnit XML into a file that ends in .xml, as Markdown into one that ends in .md, else as JSON.
 * A half-written report is never seen under its name. Throws OutputError.
 */
export async function writeReport(path: string, summary: Summary, cwd: string): Promise<void> {
  const target = resolve(cwd, path);
  await orOutputError(replaceFile(target, reportText(path, summary)), {
    name: `The report ${path}`,
    hint: 'Name a file in a folder that exists and can be written to.',
  });
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
