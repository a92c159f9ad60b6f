import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/build.ts',
    testTimeout: 30_000,
    hookTimeout: 30_000,
    pool: 'forks',
    // No test file leaves anything behind that another could stumble over, and loading everything anew for each costs half a minute.
    isolate: false,
    // One more than cores, as many tests wait for a process, a terminal or a clock.
    maxWorkers: availableParallelism() + 1,
    // The host's own settings must not reach a test: each names what it needs.
    env: { NODE_EXTRA_CA_CERTS: '', MISO_API_KEY: '', MISO_PROFILE: '', NO_COLOR: '', FORCE_COLOR: '' },
  },
});
