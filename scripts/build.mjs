import { rmSync } from 'node:fs';
import { run } from './run.mjs';

rmSync('dist', { recursive: true, force: true });
run('npx', ['rolldown', '-c', 'rolldown.config.mjs', '--silent']);
run('npx', ['tsc', '-p', 'tsconfig.build.json']);
