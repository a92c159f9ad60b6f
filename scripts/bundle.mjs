import { resolve } from 'node:path';

const unused = resolve('scripts/unused-module.mjs');

/** Commander loads it for subcommands that are programs of their own, which this program does not have. */
const commanderWithoutProcesses = {
  name: 'commander-without-processes',
  resolveId: (source, importer) =>
    source === 'node:child_process' && /[\\/]commander[\\/]/.test(importer ?? '') ? unused : null,
};

/**
 * Modules that are always loaded together share a chunk, because each file costs half a millisecond: what every
 * command needs, then what all but `help` and `completion` need.
 */
const groups = [
  { name: 'start', test: /[\\/]src[\\/]main\.ts$/, priority: 3 },
  { name: 'command', test: /[\\/]src[\\/]commands[\\/]run-command\.ts$/, priority: 2 },
];

/** How the command line is bundled: CommonJS with a chunk for each command, which starts in half the time of separate ES modules. */
export function bundleOptions(dir) {
  return {
    input: { main: 'src/main.ts' },
    platform: 'node',
    plugins: [commanderWithoutProcesses],
    resolve: { alias: { 'http2-wrapper': unused, typescript: unused } },
    output: {
      dir,
      format: 'cjs',
      codeSplitting: { groups },
      entryFileNames: '[name].cjs',
      chunkFileNames: '[name]-[hash].cjs',
      minify: true,
      comments: { legal: true },
    },
  };
}
