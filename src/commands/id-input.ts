import { type Command, Option } from 'commander';
import { formatNames } from '../input/formats.ts';

/** The options of commands that take ids from a file. */
export interface IdOptions {
  readonly ids: readonly string[];
  readonly from?: string;
  readonly fromFormat?: string;
}

const fromFormats = ['list', ...formatNames];

/** Adds `--from` and `--from-format`; the settings `id`, `encoding` and `delimiter` belong to them. */
export function addIdInput(command: Command): void {
  command
    .optionsGroup('Input:')
    .option(
      '--from <file>',
      'file with the ids: a CSV column, a JSON or NDJSON field, or one id per line; "-" is stdin',
    )
    .addOption(
      new Option(
        '--from-format <format>',
        'list (one id per line), csv, tsv, json or ndjson (default: by extension, else by content)',
      ).choices(fromFormats),
    );
}
