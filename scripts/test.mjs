import { installIfMissing, run, tool, vitest } from './run.mjs';

installIfMissing();
run(process.execPath, ['scripts/build.mjs', '--if-stale']);
tool('@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.');
tool('typescript/bin/tsc', '--noEmit');
const files = process.argv.slice(2);
vitest(files, files.length === 0 ? { MISO_TEST: 'short' } : {});
