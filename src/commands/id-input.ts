import { type Command, Option } from 'commander';
import type { Resolved } from '../config/resolve.ts';
import type { IdSource } from '../ids/source.ts';
import { formatNames } from '../input/formats.ts';
import type { World } from '../world.ts';

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

/** Where the ids of a command come from. `ownColumn`: the name that Miso has for them. */
export function idSource(
  { ids, from, fromFormat }: IdOptions,
  { settings, origins }: Resolved,
  { stdin, cwd, ownColumn = 'user_id' }: Pick<World, 'stdin' | 'cwd'> & { readonly ownColumn?: string },
): IdSource {
  const { columns, encoding, delimiter } = settings;
  // A settings file describes the files of uploads: its column is looked for, and a list without it is still a list.
  const isFlag = (key: string) => origins.get(key)?.kind === 'flag';
  const named = isFlag('columns.id') ? columns.id : undefined;
  const format = formatNames.find((name) => name === fromFormat);
  return {
    ...{ ids, from, stdin, cwd, column: named, isPlainList: fromFormat === 'list' },
    defaultColumns:
      ownColumn === 'user_id' && columns.id !== undefined ? [columns.id, ownColumn] : [ownColumn],
    read: {
      ...(format === undefined ? {} : { format }),
      ...(encoding !== undefined && isFlag('encoding') ? { encoding } : {}),
      ...(delimiter !== undefined && isFlag('delimiter') ? { delimiter } : {}),
    },
  };
}
