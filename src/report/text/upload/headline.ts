import { escapeControls, formatCount, joinParts, pluralize } from '../../../text.ts';
import type { UpdateCounts, UploadSummary } from '../../../upload/outcome/summary.ts';

/** The result of a run in one line. */
export function uploadHeadline(summary: UploadSummary): string {
  const { records, dryRun, complete } = summary;
  const verbs = verbsOf(summary.command);
  if (summary.error && records.read === 0) return `Nothing was ${verbs.done}`;
  const intro = joinParts([
    dryRun && verbs.stores ? 'Dry run, nothing stored' : '',
    complete ? '' : 'Stopped early',
  ]);
  const counts = joinParts([
    ...countsOf(summary),
    records.superseded > 0 && verbs.keepsLast ? duplicates(records.superseded) : '',
    previousRecords(summary) > 0
      ? `${formatCount(previousRecords(summary))} from the previous run${previouslyRejected(summary)}`
      : '',
  ]);
  return joinParts([intro, counts], ': ');
}

/** Records that the run which --resume continues had finished. */
export function previousRecords({ records, sync, command }: UploadSummary): number {
  if (isSync(command)) return 0;
  return records.skipped - (sync?.unchanged ?? 0);
}

function countsOf(summary: UploadSummary): string[] {
  if (summary.adopted) return adoptedCounts(summary.adopted);
  if (summary.update) return updateCounts(summary, summary.update);
  return isSync(summary.command) && summary.sync ? syncCounts(summary, summary.sync) : uploadCounts(summary);
}

interface Verbs {
  /** What happens to a record: `uploaded`. */
  readonly done: string;
  /** In the count of records. */
  readonly inCount: string;
  readonly stores: boolean;
  /** Of several records with one id, only the last has an effect. */
  readonly keepsLast: boolean;
}

function verbsOf(command: string): Verbs {
  switch (command) {
    case 'users validate':
      return { done: 'checked', inCount: 'valid', stores: false, keepsLast: true };
    case 'users merge':
      return { done: 'merged', inCount: 'merged', stores: false, keepsLast: false };
    case 'users update':
      return { done: 'updated', inCount: 'updated', stores: true, keepsLast: true };
    default:
      return { done: 'uploaded', inCount: 'uploaded', stores: true, keepsLast: true };
  }
}

function uploadCounts({ records, dryRun, complete, command }: UploadSummary): string[] {
  const { inCount, stores, keepsLast } = verbsOf(command);
  const done = keepsLast ? records.uploaded : records.uploaded + records.superseded;
  // If the input was not read to its end, its number of records is not known.
  const of = complete ? `of ${pluralize(records.read, 'record')}` : plural(done);
  return [
    `${formatCount(done)} ${of} ${stores && dryRun ? 'OK' : inCount}`,
    counted(records.rejected, 'rejected'),
  ];
}

/** `12 rejected`; nothing if there are none. */
function counted(count: number, what: string): string {
  return count > 0 ? `${formatCount(count)} ${what}` : '';
}

/** `3 new, 12 changed, 985 unchanged, 2 gone (2 deleted)` */
function syncCounts(
  { records }: UploadSummary,
  { new: created, changed, unchanged, unknown, gone, deleted }: NonNullable<UploadSummary['sync']>,
): string[] {
  const end = deleted > 0 ? ` (${formatCount(deleted)} deleted)` : '';
  return [
    counted(created, 'new'),
    counted(changed, 'changed'),
    counted(unknown, 'unknown'),
    `${formatCount(unchanged)} unchanged`,
    counted(gone, `gone${end}`),
    counted(records.rejected, 'rejected'),
  ];
}

function adoptedCounts({
  adopted,
  different,
  missing,
  unread,
}: NonNullable<UploadSummary['adopted']>): string[] {
  return [
    `${pluralize(adopted, 'user')} adopted`,
    counted(different, 'different'),
    counted(missing, 'not at Miso'),
    counted(unread, 'could not be read'),
  ];
}

/** `998 updated (city), 1 unchanged, 1 not found` */
function updateCounts({ records, dryRun, sync }: UploadSummary, update: UpdateCounts): string[] {
  const { notFound, unread } = update;
  const { new: created, changed, unchanged } = sync ?? { new: 0, changed: 0, unchanged: 0 };
  const rejected = records.rejected - notFound - unread;
  return [
    `${formatCount(changed)} ${dryRun ? 'to update' : 'updated'}${fieldList(update)}`,
    counted(created, dryRun ? 'to create' : 'created'),
    counted(unchanged, 'unchanged'),
    counted(notFound, 'not found'),
    counted(unread, 'could not be read'),
    counted(rejected, 'rejected'),
  ];
}

/** Changed fields that are named. */
const maxFields = 5;

function fieldList({ fields }: UpdateCounts): string {
  const names = Object.entries(fields)
    .sort(([, a], [, b]) => b - a)
    .map(([name]) => escapeControls(name));
  if (names.length === 0) return '';
  const more = names.length - maxFields;
  return ` (${names.slice(0, maxFields).join(', ')}${more > 0 ? ` and ${pluralize(more, 'more field')}` : ''})`;
}

function plural(records: number): string {
  return records === 1 ? 'record' : 'records';
}

function duplicates(records: number): string {
  return records === 1
    ? '1 duplicate id (last one kept)'
    : `${formatCount(records)} duplicate ids (last of each kept)`;
}

/** Records rejected by any of its runs make an upload partial. */
function previouslyRejected({ earlier, complete }: UploadSummary): string {
  return complete && earlier && earlier.rejected > 0 ? ` (${formatCount(earlier.rejected)} rejected)` : '';
}

export function isSync(command: string): boolean {
  return command === 'users sync' || command === 'users apply';
}
