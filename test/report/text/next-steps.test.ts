import { expect, it } from 'vitest';
import { nextSteps, nextText } from '../../../src/report/text/next-steps.ts';
import { createStyle } from '../../../src/report/text/style.ts';
import type { UploadSummary } from '../../../src/upload/outcome/summary.ts';
import { summaryWith } from '../given.ts';

const typed = {
  files: ['users.csv'],
  flags: ['--id', 'Customer Id'],
  runFlags: ['--dry-run', '--max-rejects', '5%'],
};
const rejected = { read: 10, uploaded: 9, rejected: 1, superseded: 0, skipped: 0 };

function commands(more: Partial<UploadSummary>): string[] {
  return nextSteps(summaryWith(more), typed).map(({ command }) => command);
}

it('suggests nothing after a successful upload', () => expect(commands({})).toEqual([]));

it('suggests to fix and upload the rejected records, with only the flags that affect them', () => {
  const more = { records: rejected, rejects: 'r.csv', rejectsFiles: ['my r.csv'], exitCode: 1 };
  expect(commands(more)).toEqual(['miso users upload "my r.csv" --id "Customer Id"']);
});

it.each([4, 130, 143])('suggests to resume after exit code %i, with every flag', (exitCode) => {
  expect(commands({ exitCode, resumable: true })).toEqual([
    'miso users upload users.csv --id "Customer Id" --dry-run --max-rejects 5% --resume',
  ]);
});

it('does not suggest to resume if that is impossible, or if the input has to change first', () => {
  expect(commands({ exitCode: 130, resumable: false })).toEqual([]);
  expect(commands({ exitCode: 5, resumable: true })).toEqual([]);
});

it('suggests the upload itself after a dry run and after a validation without problems', () => {
  expect(commands({ dryRun: true })).toEqual([
    'miso users upload users.csv --id "Customer Id" --max-rejects 5%',
  ]);
  expect(commands({ command: 'users validate' })[0]).toMatch(/^miso users upload users\.csv/);
});

it('suggests to validate again after fixing the file', () => {
  const more = { command: 'users validate', records: rejected, exitCode: 1 };
  expect(commands(more)[0]).toMatch(/^miso users validate users\.csv /);
});

it('never wraps the command, however narrow the terminal', () => {
  const steps = nextSteps(summaryWith({ exitCode: 4, resumable: true }), typed);
  const style = createStyle({ flag: false, env: {}, isTTY: true });
  const lines = nextText(steps, { style, width: 20 }).split('\n');
  expect(lines).toContain(`  ${steps[0]!.command}`);
});
