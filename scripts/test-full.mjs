import { installIfMissing, run, vitest } from './run.mjs';

// What is too slow for `npm test`: the tests that have a short form there, at full size, and the demo.
installIfMissing();
vitest(process.argv.slice(2), { MISO_TEST: 'full' });
run(process.execPath, ['scripts/demo.mjs']);
