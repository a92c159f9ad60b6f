import { installWhatIsMissing, run } from './run.mjs';

installWhatIsMissing();
run('node', ['scripts/build.mjs']);
run('npx', ['biome', 'check', '--error-on-warnings', '.']);
run('npx', ['tsc', '--noEmit']);
run('npx', ['vitest', 'run', ...process.argv.slice(2)]);
