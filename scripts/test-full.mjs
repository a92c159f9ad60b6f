import { installIfMissing, run, vitest } from './run.mjs';

// What is too slow for `npm test`: expensive tests at full size, all tests that run the program, and the demo.
installIfMissing();
vitest(process.argv.slice(2), { MISO_TEST: 'full' });
run(process.execPath, ['scripts/demo.mjs']);
