import { installWhatIsMissing, run, tool } from './run.mjs';

installWhatIsMissing();
run('node', ['scripts/build.mjs']);
tool('@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.');
tool('typescript/bin/tsc', '--noEmit');
tool('vitest/vitest.mjs', 'run', ...process.argv.slice(2));
