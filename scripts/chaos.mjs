import { installIfMissing, vitest } from './run.mjs';

// The chaos tests at full size: 200,000 records with failing calls, 50,000 records with 50 kills.
installIfMissing();
vitest(['test/upload/faults.test.ts', 'test/chaos', ...process.argv.slice(2)], { MISO_TEST: 'full' });
