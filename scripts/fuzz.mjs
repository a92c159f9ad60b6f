import { installIfMissing, vitest } from './run.mjs';

// The fuzz tests, each property 10,000 times.
installIfMissing();
vitest(['test/fuzz', '--testTimeout', '7200000', ...process.argv.slice(2)], {
  MISO_TEST: 'full',
  FUZZ_RUNS: '10000',
});
