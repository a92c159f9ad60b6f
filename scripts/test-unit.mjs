import { installIfMissing, vitest } from './run.mjs';

// The tests that start no process and upload no files: for every save, without a build.
installIfMissing();
vitest(['--project', 'unit', ...process.argv.slice(2)]);
