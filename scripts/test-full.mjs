import { installIfMissing, run, vitest } from './run.mjs';

// What is too slow for `npm test`: expensive tests at full size, all tests that run the program, and the demo.
installIfMissing();
// With one seed: a change must not be refused for a rare fault that was there before. `npm test` and `npm run test:fuzz`
// look for those, with another seed in each run.
vitest(process.argv.slice(2), { MISO_TEST: 'full', MISO_TEST_SEED: '20261128' });
run(process.execPath, ['scripts/demo.mjs']);
