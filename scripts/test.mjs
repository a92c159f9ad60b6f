import { installIfMissing, run, tool, vitest } from './run.mjs';

installIfMissing();
run(process.execPath, ['scripts/build.mjs', '--if-stale']);
tool('@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.');
tool('typescript/bin/tsc', '--noEmit');
vitest(process.argv.slice(2));
