import { installWhatIsMissing, run } from './run.mjs';

// The same properties as `npm test`, each tried 10,000 times instead of some dozens.
installWhatIsMissing();
run('node', ['scripts/build.mjs']);
run(
  process.execPath,
  [
    'node_modules/vitest/vitest.mjs',
    'run',
    'test/fuzz',
    '--testTimeout',
    '7200000',
    ...process.argv.slice(2),
  ],
  {
    env: { FUZZ_RUNS: '10000', ...process.env },
  },
);
