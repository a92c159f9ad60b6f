import fc from 'fast-check';
import { beforeEach } from 'vitest';
import { full, short } from './effort.ts';

// For properties that set no number of their own.
fc.configureGlobal({ numRuns: full ? 500 : 50 });

// Each row of such a table starts processes, which is where the time of `npm test` goes; `.ci/run` runs all rows.
if (short) {
  beforeEach(({ task, skip }) => {
    const rows = task.each ? (task.suite ?? task.file).tasks.filter(({ each }) => each) : [];
    skip(
      task.file.projectName === 'program' && rows.indexOf(task) % 2 === 1,
      'every second row: see test/effort.ts',
    );
  });
}
