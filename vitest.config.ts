import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { full } from './test/effort.ts';
import { programTests, scalableTests } from './test/suites.ts';

const program = programTests();
const unit = full ? scalableTests() : ['test/**/*.test.ts'];

export default defineConfig({
  test: {
    testTimeout: full ? 900_000 : 30_000,
    hookTimeout: 30_000,
    // What a test waits for takes longer on a busy machine.
    expect: { poll: { timeout: full ? 60_000 : 20_000 } },
    pool: 'forks',
    // Test files leave nothing behind that could affect each other, and loading all modules again for each costs half a minute.
    isolate: false,
    // One more than cores, because many tests wait for a process, a terminal or a clock.
    maxWorkers: availableParallelism() + 1,
    setupFiles: 'test/setup.ts',
    // Settings of the host must not reach a test: each sets what it needs.
    env: { NODE_EXTRA_CA_CERTS: '', MISO_API_KEY: '', MISO_PROFILE: '', NO_COLOR: '', FORCE_COLOR: '' },
    projects: [
      { extends: true, test: { name: 'unit', include: unit, exclude: program } },
      {
        extends: true,
        test: {
          name: 'program',
          include: program,
          globalSetup: 'test/build.ts',
        },
      },
    ],
  },
});
