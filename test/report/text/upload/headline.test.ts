import { describe, expect, it } from 'vitest';
import { createStyle } from '../../../../src/report/text/style.ts';
import { changesText } from '../../../../src/report/text/upload/changes.ts';
import { previousRecords, uploadHeadline } from '../../../../src/report/text/upload/headline.ts';
import type { UploadSummary } from '../../../../src/upload/outcome/summary.ts';
import { summaryWith } from '../../given.ts';

const noSync = { new: 0, changed: 0, unchanged: 0, unknown: 0, gone: 0, foreign: 0, deleted: 0 };

function updated(more: Partial<UploadSummary> = {}): UploadSummary {
  return summaryWith({
    command: 'users update',
    records: { read: 1000, uploaded: 998, rejected: 1, superseded: 0, skipped: 1 },
    sync: { ...noSync, changed: 998, unchanged: 1 },
    update: { notFound: 1, unread: 0, fields: { city: 998 }, dropped: {} },
    ...more,
  });
}

describe('the headline of an update', () => {
  it('counts changed, unchanged and missing users', () => {
    expect(uploadHeadline(updated())).toBe('998 updated (city), 1 unchanged, 1 not found');
    expect(uploadHeadline(updated({ dryRun: true }))).toBe(
      'Dry run, nothing stored: 998 to update (city), 1 unchanged, 1 not found',
    );
  });

  it('counts each other outcome, and separates unchanged users from those of the previous run', () => {
    const summary = updated({
      records: { read: 30, uploaded: 6, rejected: 9, superseded: 1, skipped: 14 },
      sync: { ...noSync, new: 2, changed: 4, unchanged: 4 },
      update: { notFound: 2, unread: 3, fields: { a: 1, b: 4, c: 1, d: 1, e: 1, f: 1, g: 1 }, dropped: {} },
      earlier: { uploaded: 10, rejected: 1, superseded: 0 },
    });
    expect(previousRecords(summary)).toBe(10);
    expect(uploadHeadline(summary)).toBe(
      '4 updated (b, a, c, d, e and 2 more fields), 2 created, 4 unchanged, 2 not found, 3 could not be read, ' +
        '4 rejected, 1 duplicate id (last one kept), 10 from the previous run (1 rejected)',
    );
  });
});

describe('the changes of a dry run', () => {
  it('are printed with escaped control characters', () => {
    const changes = [
      { user_id: 'u-1', field: 'city', before: '"Rome"', after: '"Paris"' },
      { user_id: 'u-2', field: 'name', before: '"\u001b[2J"', after: null },
    ];
    const style = createStyle({ flag: false, env: {}, isTTY: false });
    expect(
      changesText(updated({ update: { notFound: 0, unread: 0, fields: {}, dropped: {}, changes } }), style),
    ).toBe('  u-1  city: "Rome" → "Paris"\n  u-2  name: "\\u001b[2J" → (none)\n');
    expect(changesText(updated(), style)).toBe('');
  });
});
