import { installWhatIsMissing, run } from './run.mjs';

// The same tests as `npm test`, at full size: 200,000 records through a bad night, 50,000 through 50 kills.
installWhatIsMissing();
run(
  process.execPath,
  [
    'node_modules/vitest/vitest.mjs',
    'run',
    'test/upload/faults.test.ts',
    'test/chaos',
    ...process.argv.slice(2),
  ],
  {
    env: {
      MISO_CHAOS_RECORDS: '200000',
      MISO_CHAOS_KILLS: '50',
      MISO_CHAOS_KILL_RECORDS: '50000',
      ...process.env,
    },
  },
);
