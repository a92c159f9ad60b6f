import type { DeleteResult } from '../../delete/settings.ts';
import type { DeleteSummary } from '../../delete/summary.ts';
import { pluralize, timestamp } from '../../text.ts';
import { code, plain } from './markdown.ts';

export interface CertificateFacts {
  readonly summary: DeleteSummary;
  readonly results: readonly DeleteResult[];
  /** Milliseconds since 1970. */
  readonly issuedAt: number;
  /** Of miso. */
  readonly version: string;
}

/**
 * A deletion as a Markdown document for people: who was deleted, when, and how it was verified; no deleted
 * data.
 */
export function certificate({ summary, results, issuedAt, version }: CertificateFacts): string {
  const { ids, server, receipt } = summary;
  const facts: readonly (readonly [string, string])[] = [
    ['Server', code(server ?? 'Miso')],
    ['Issued', `${timestamp(issuedAt)} by miso ${version}`],
    ['Requested', pluralize(ids.asked, 'user')],
    ['Deleted', pluralize(ids.deleted, 'user')],
    ...countLine('Not found', ids.notFound),
    ...countLine('Still there', ids.stillThere),
    ...countLine('Failed', ids.failed),
    ...countLine('Not finished', ids.unsent),
    ['Interactions', summary.interactions ? 'deleted too, where the table says so' : 'not deleted'],
    ['Verification', summary.verified ? verification : 'none'],
    ...(receipt === null ? [] : [['Receipt', code(receipt)] as const]),
  ];
  return `# Certificate of deletion

${facts.map(([name, value]) => `- ${name}: ${value}`).join('\n')}

| User id | Outcome | Time (UTC) | Existed before | Interactions deleted | Verified | Task |
| --- | --- | --- | --- | --- | --- | --- |
${results.map(row).join('')}`;
}

const verification =
  'after the delete, each user was read by id, or searched for in the list of all ids, until Miso no longer returned it';

function countLine(name: string, count: number): readonly (readonly [string, string])[] {
  return count === 0 ? [] : [[name, pluralize(count, 'user')]];
}

function row({ id, outcome, reason, time, existed, interactions, verified, taskId }: DeleteResult): string {
  const result = outcome.replaceAll('-', ' ');
  const cells = [
    code(id),
    reason === undefined || reason === result ? result : `${result}: ${plain(reason)}`,
    time,
    existed === null ? 'unknown' : yesNo(existed),
    yesNo(interactions),
    verified ? `yes, ${time}` : 'no',
    taskId === undefined ? '' : code(taskId),
  ];
  return `| ${cells.join(' | ')} |\n`;
}

function yesNo(value: boolean): string {
  return value ? 'yes' : 'no';
}
