import { resolve } from 'node:path';
import type { GlobalOptions } from '../../../cli/options.ts';
import type { Settings } from '../../../config/settings.ts';
import { keyFingerprint } from '../../../digest.ts';
import { UsageError } from '../../../errors.ts';
import { compressorFor } from '../../../export/compress.ts';
import type { ExportFile } from '../../../export/settings.ts';
import { isDevice } from '../../../files/same-file.ts';
import { nameParts } from '../../../input/formats.ts';

export type ExportFormat = 'ndjson' | 'json' | 'csv';

export interface ExportOptions extends GlobalOptions {
  readonly output?: string;
  readonly format?: ExportFormat;
  readonly resume?: boolean;
}

/** The destination of an export. */
export type Target = { readonly format: ExportFormat } & (
  | { readonly kind: 'stdout' }
  /** Written to directly: a pipe cannot be replaced. */
  | { readonly kind: 'device'; readonly path: string }
  | { readonly kind: 'file'; readonly file: ExportFile }
);

/** Throws UsageError for a format or compression that cannot be written, and for --resume without a file. */
export async function targetOf(options: ExportOptions, settings: Settings, cwd: string): Promise<Target> {
  const { output, resume = false } = options;
  if (output === undefined || output === '-') {
    if (resume) throw new UsageError('--resume requires the --output of the interrupted export.');
    return { kind: 'stdout', format: options.format ?? (options.json ? 'json' : 'ndjson') };
  }
  const path = resolve(cwd, output);
  const format = options.format ?? formatByName(output);
  const compressor = compressorFor(output);
  if (await isDevice(path)) {
    if (resume) throw new UsageError(`--resume is not possible: ${output} is not a regular file.`);
    return { kind: 'device', format, path };
  }
  // An export from another server or environment must not resume this one.
  const source = keyFingerprint(`${settings.server} ${settings.apiKey?.reveal() ?? ''}`);
  const partial = `${path}.${source}.partial`;
  const file = { path, partial, compressor, isNdjson: format === 'ndjson', resume };
  return { kind: 'file', format, file };
}

function formatByName(output: string): ExportFormat {
  const { format = 'ndjson' } = nameParts(output);
  if (format !== 'tsv') return format;
  throw new UsageError(`${output}: an export cannot be written as TSV.`, {
    hint: 'Name the file .csv, .json or .ndjson, or use --format.',
  });
}
