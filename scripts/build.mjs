import { renameSync, rmSync } from 'node:fs';
import { build } from 'rolldown';
import { bundleOptions } from './bundle.mjs';
import { tool } from './run.mjs';

// Made beside the old one and put in its place in one step, so that a command that runs meanwhile finds a whole bundle.
const draft = 'dist.new';
rmSync(draft, { recursive: true, force: true });

await build(bundleOptions(`${draft}/cli`));

// The library as ES modules with types; its dependencies stay outside.
tool('typescript/bin/tsc', '-p', 'tsconfig.build.json', '--outDir', `${draft}/lib`);

rmSync('dist', { recursive: true, force: true });
renameSync(draft, 'dist');
