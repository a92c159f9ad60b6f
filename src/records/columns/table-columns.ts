import { UsageError } from '../../errors.ts';
import type { SourceFile } from '../../input/source.ts';
import { closest, escapeInvisible, shellWord } from '../../text.ts';
import type { ColumnSettings } from '../column-settings.ts';
import { show } from '../values/show.ts';
import { listNames } from './list-names.ts';
import { idCandidates, separationHint } from './name-hints.ts';
import { type NamedColumn, namedColumns } from './named-columns.ts';
import type { Router } from './router.ts';
import type { Target } from './target.ts';

/**
 * The target of each column of a table, in the order of its header. `inputs`: all files of the run, because a
 * column that --map or --type names may be in any of them. Throws UsageError when the table cannot be sent
 * like this.
 */
export function columnTargets(
  file: SourceFile,
  inputs: readonly SourceFile[],
  { router, settings }: { readonly router: Router; readonly settings: ColumnSettings },
): Target[] {
  const columns = file.table?.columns ?? [];
  requireNamedColumns(file, inputs, settings);
  const targets = columns.map((column) => router.route(column, 'table'));
  requireUserId(file, targets);
  refuseDuplicates(file, targets);
  refuseUnknown(file, targets);
  return targets;
}

/** The column of --id must be in every table; one of --map or --type, in any input. */
function requireNamedColumns(
  file: SourceFile,
  inputs: readonly SourceFile[],
  settings: ColumnSettings,
): void {
  const hasJson = inputs.some((input) => input.table === undefined);
  for (const named of namedColumns(settings)) {
    const isId = named.option === '--id';
    // A key of JSON records is looked for while they are read.
    if (hasJson && !isId) continue;
    const files = isId ? [file] : [file, ...inputs];
    const exists = files.some(({ table }) => table?.columns.includes(named.column));
    if (!exists) throw noSuchColumn(file, named);
  }
}

function noSuchColumn(file: SourceFile, { option, column }: NamedColumn): UsageError {
  const columns = file.table?.columns ?? [];
  const near = closest(column, columns);
  const question = near === undefined ? '' : ` Did you mean ${show(near)}?`;
  return new UsageError(
    `${escapeInvisible(file.path)} has no column ${show(column)} (${option}).${question}`,
    {
      hint: `Its columns are: ${listNames(columns)}.`,
    },
  );
}

function requireUserId(file: SourceFile, targets: readonly Target[]): void {
  if (targets.some((target) => target.path === 'user_id')) return;
  const columns = file.table?.columns ?? [];
  const candidates = idCandidates(columns).map((column) => `--id ${shellWord(column)}`);
  throw new UsageError(
    `${escapeInvisible(file.path)} has no column user_id. Its columns are: ${listNames(columns)}.`,
    {
      hint:
        candidates.length === 0
          ? 'Name the column that is the user id: --id <column>'
          : `Name the column that is the user id. Candidates: ${candidates.join(', ')}`,
    },
  );
}

function refuseDuplicates(file: SourceFile, targets: readonly Target[]): void {
  const sources = new Map<string, string>();
  for (const { kind, path, source } of targets) {
    if (kind === 'ignored') continue;
    const other = sources.get(path);
    if (other !== undefined) {
      const both = `${show(other)} and ${show(source)}`;
      throw new UsageError(
        `Two columns of ${escapeInvisible(file.path)} map to ${escapeInvisible(path)}: ${both}.`,
        {
          hint: separationHint(path, other, source),
        },
      );
    }
    sources.set(path, source);
  }
}

function refuseUnknown(file: SourceFile, targets: readonly Target[]): void {
  const problem = targets.map((target) => target.kind === 'refused' && target.problem).find(Boolean);
  if (problem)
    throw new UsageError(`${escapeInvisible(file.path)} ${problem.reason}.`, { hint: problem.hint });
  const unknown = targets.filter((target) => target.kind === 'refused').map((target) => target.source);
  if (unknown.length === 0) return;
  const noun = unknown.length === 1 ? 'an unknown column' : 'unknown columns';
  throw new UsageError(`${escapeInvisible(file.path)} has ${noun}: ${listNames(unknown)}.`, {
    hint: 'Map them with --map, send them as custom attributes with --unknown custom, or leave them out with --unknown drop.',
  });
}
