import { attributeName } from '../../contract/user-fields.ts';
import { UsageError } from '../../errors.ts';
import type { SourceFile } from '../../input/source.ts';
import { closest, escapeInvisible, shellWord } from '../../text.ts';
import type { ColumnSettings } from '../column-settings.ts';
import { show } from '../values/show.ts';
import { idCandidates } from './name-hints.ts';
import type { Router } from './router.ts';
import type { Target } from './target.ts';

const maxNames = 20;

function listed(columns: readonly string[]): string {
  if (columns.length === 0) return 'none';
  const names = columns.slice(0, maxNames).map((name) => (name === '' ? '(no name)' : escapeInvisible(name)));
  const more = columns.length - names.length;
  return names.join(', ') + (more > 0 ? `, and ${more} more` : '');
}

interface Named {
  readonly option: '--id' | '--map' | '--type';
  readonly column: string;
}

function missing(file: SourceFile, { option, column }: Named, columns: readonly string[]): UsageError {
  const near = closest(column, columns);
  const meant = near === undefined ? '' : ` Was ${show(near)} meant?`;
  return new UsageError(
    `${escapeInvisible(file.path)} has no column ${show(column)}, which ${option} names.${meant}`,
    {
      hint: `Its columns are: ${listed(columns)}.`,
    },
  );
}

function namedColumns(settings: ColumnSettings): Named[] {
  const set = Object.keys(settings.set);
  return [
    ...Object.keys(settings.map).map((column) => ({ option: '--map', column }) as const),
    // A type may also belong to a value of --set, which comes from no column.
    ...Object.keys(settings.type)
      .filter((column) => !set.includes(column))
      .map((column) => ({ option: '--type', column }) as const),
  ];
}

/** --id is about each file; what --map and --type name has to be in one of the inputs. */
function checkNamed(file: SourceFile, inputs: readonly SourceFile[], settings: ColumnSettings): void {
  const columns = file.table?.columns ?? [];
  if (settings.id !== undefined && !columns.includes(settings.id)) {
    throw missing(file, { option: '--id', column: settings.id }, columns);
  }
  const elsewhere = inputs.some((input) => input.table === undefined);
  if (elsewhere) return;
  for (const named of namedColumns(settings)) {
    const found = [file, ...inputs].some((input) => input.table?.columns.includes(named.column));
    if (!found) throw missing(file, named, columns);
  }
}

function checkUnknown(file: SourceFile, targets: readonly Target[]): void {
  const unknown = targets.filter((target) => target.kind === 'refused').map((target) => target.source);
  if (unknown.length === 0) return;
  const noun = unknown.length === 1 ? 'a column that is no field' : 'columns that are no fields';
  throw new UsageError(
    `${escapeInvisible(file.path)} has ${noun} of Miso's user record: ${listed(unknown)}.`,
    {
      hint: 'Name what they are with --map, or use --unknown custom to send them as custom attributes, or --unknown drop.',
    },
  );
}

function apart(path: string, one: string, other: string): string {
  if (one === other) return 'Rename one of them in the file.';
  const moved = one === path ? one : other;
  const name = moved === path && attributeName(path) === undefined ? path : 'other';
  return `Send one of them elsewhere, for example --map ${shellWord(`${moved}=custom_attributes.${name}`)}`;
}

function checkDoubles(file: SourceFile, targets: readonly Target[]): void {
  const sources = new Map<string, string>();
  for (const { kind, path, source } of targets) {
    if (kind === 'ignored') continue;
    const other = sources.get(path);
    if (other !== undefined) {
      const both = `${show(other)} and ${show(source)}`;
      throw new UsageError(
        `Two columns of ${escapeInvisible(file.path)} go to ${escapeInvisible(path)}: ${both}.`,
        {
          hint: apart(path, other, source),
        },
      );
    }
    sources.set(path, source);
  }
}

function checkUserId(file: SourceFile, targets: readonly Target[], columns: readonly string[]): void {
  if (targets.some((target) => target.path === 'user_id')) return;
  const candidates = idCandidates(columns).map((column) => `--id ${shellWord(column)}`);
  throw new UsageError(
    `${escapeInvisible(file.path)} has no column user_id. Its columns are: ${listed(columns)}.`,
    {
      hint:
        candidates.length === 0
          ? 'Name the column that is the user id: --id <column>'
          : `Name the column that is the user id. These could be it: ${candidates.join(', ')}`,
    },
  );
}

/**
 * Where each column of a table goes, in the order of its header. `inputs` are all files of the run: a column of
 * --map or --type may be in another of them. Throws UsageError when the table cannot be sent as it is.
 */
export function columnTargets(
  file: SourceFile,
  inputs: readonly SourceFile[],
  { router, settings }: { readonly router: Router; readonly settings: ColumnSettings },
): Target[] {
  const columns = file.table?.columns ?? [];
  checkNamed(file, inputs, settings);
  const targets = columns.map((column) => router.route(column, 'table'));
  checkUserId(file, targets, columns);
  checkDoubles(file, targets);
  checkUnknown(file, targets);
  return targets;
}
