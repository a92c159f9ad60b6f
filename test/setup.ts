import fc from 'fast-check';
import { full } from './effort.ts';

// For properties that set no number of their own. MISO_TEST_SEED: see scripts/test-full.mjs.
const seed = process.env['MISO_TEST_SEED'];
fc.configureGlobal({ numRuns: full ? 500 : 50, ...(seed ? { seed: Number(seed) } : {}) });
