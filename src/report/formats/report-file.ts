import { extname, resolve } from 'node:path';
import { orOutputError, replaceFile } from '../../files/write.ts';
import { escapeJson } from '../../text.ts';
import { junit } from './junit.ts';
import { markdown } from './markdown.ts';
import type { CommandResult } from './report-data.ts';

type ReportFormat = (result: CommandResult) => string;

/** Formats of --report by the extension of the file; any other extension is JSON. */
const formats: Readonly<Record<string, ReportFormat>> = { '.xml': junit, '.md': markdown };

const json: ReportFormat = ({ summary }) => `${escapeJson(JSON.stringify(summary, null, 2))}\n`;

/** Writes the report of a command in one step: an incomplete report is never visible. Throws OutputError. */
export async function writeReport(path: string, result: CommandResult, cwd: string): Promise<void> {
  const format = formats[extname(path).toLowerCase()] ?? json;
  await orOutputError(replaceFile(resolve(cwd, path), format(result)), {
    name: `The report ${path}`,
    hint: 'Name a file in an existing folder that you can write to.',
  });
}
