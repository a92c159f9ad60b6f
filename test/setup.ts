import fc from 'fast-check';
import { beforeEach } from 'vitest';
import { full, short } from './effort.ts';

// For properties that set no number of their own.
fc.configureGlobal({ numRuns: full ? 500 : 50 });

// Each row of such a table starts processes, which is where the time of `npm test` goes; `.ci/run` runs all rows.
if (short) {
  beforeEach(({ task, skip }) => {
    const rows = task.each ? (task.suite ?? task.file).tasks.filter(({ each }) => each) : [];
    const skipped = task.file.projectName === 'program' && Math.max(0, rows.indexOf(task)) % 3 !== 0;
    skip(skipped, 'every third row: see test/effort.ts');
  });
}
