import { expect, it } from 'vitest';
import { createStyle } from '../../../../src/report/text/style.ts';
import { syncText } from '../../../../src/report/text/sync/result.ts';
import { summaryWith } from '../../given.ts';

const none = { new: 0, changed: 0, unchanged: 0, unknown: 0, gone: 0, foreign: 0, deleted: 0 };

it('explains what unknown users are, only when there are any', () => {
  const text = (unknown: number) =>
    syncText(
      summaryWith({ command: 'users sync', sync: { ...none, unknown } }),
      createStyle({ flag: false, env: {}, isTTY: false }),
    );
  expect(text(3)).toBe('  unknown: at Miso, but this set does not know their records, so they are sent\n');
  expect(text(0)).toBe('');
});

it('does not say that unknown users are sent when they are only adopted', () => {
  const adopted = { adopted: 1, different: 2, missing: 0, unread: 0 };
  const summary = summaryWith({ command: 'users sync', sync: { ...none, unknown: 3 }, adopted });
  expect(syncText(summary, createStyle({ flag: false, env: {}, isTTY: false }))).toBe('');
});
