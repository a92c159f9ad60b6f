import { installIfMissing, vitest } from './run.mjs';

// The tests that start no process and upload no files: for every save, without a build.
// They wait for nothing, so that more workers than cores would only load the modules once more.
installIfMissing();
vitest(['--project', 'unit', '--maxWorkers', '100%', ...process.argv.slice(2)]);
