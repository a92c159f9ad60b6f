import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'postject';
import { build } from 'rolldown';
import { bundleOptions } from './bundle.mjs';
import { thirdPartyLicenses } from './licenses.mjs';
import { run } from './run.mjs';

/**
 * Builds build/miso, a single executable application: the program and a copy of the Node that runs this script, so that it
 * requires no Node on the machine. `--node <file>`: another executable of Node.
 */
const folder = 'build';
const isWindows = process.platform === 'win32';
const isMac = process.platform === 'darwin';
const target = join(folder, isWindows ? 'miso.exe' : 'miso');
const nodeFlag = process.argv.indexOf('--node');
const node = nodeFlag === -1 ? process.execPath : process.argv[nodeFlag + 1];

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const bundle = join(folder, 'miso.cjs');
const options = bundleOptions(folder);
const { output } = await build({
  ...options,
  input: { miso: 'scripts/binary/entry.mjs' },
  // A single executable application cannot load other files.
  output: { ...options.output, codeSplitting: false },
});
refuseImports(readFileSync(bundle, 'utf8'));

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const asset = (name, text) => {
  const path = join(folder, name.replaceAll('/', '-'));
  writeFileSync(path, text);
  return [name, path];
};
const blob = join(folder, 'miso.blob');
const config = {
  main: bundle,
  output: blob,
  disableExperimentalSEAWarning: true,
  // Without it, Node compiles the whole file at each start.
  useCodeCache: true,
  assets: Object.fromEntries([
    asset('version', version),
    asset('man/miso.1', readFileSync('man/miso.1')),
    asset('LICENSE', readFileSync('LICENSE')),
    asset('dist/THIRD-PARTY-LICENSES', thirdPartyLicenses(output)),
  ]),
};
const configFile = join(folder, 'sea.json');
writeFileSync(configFile, JSON.stringify(config));
run(node, ['--experimental-sea-config', configFile]);

copyFileSync(node, target);
chmodSync(target, 0o755);
// The change invalidates the signature, and macOS does not run unsigned programs. `-` signs ad hoc, without an identity.
if (isMac) run('codesign', ['--remove-signature', target]);
await inject(target, 'NODE_SEA_BLOB', readFileSync(blob), {
  sentinelFuse: 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2',
  ...(isMac ? { machoSegmentName: 'NODE_SEA' } : {}),
});
if (isMac) run('codesign', ['--sign', '-', target]);
const temporary = new Set([bundle, blob, configFile, ...Object.values(config.assets)]);
for (const path of temporary) rmSync(path);
console.log(target);

/** Throws for an `import()` that rolldown did not resolve, because it would fail at run time. */
function refuseImports(text) {
  const found = /\bimport\(\s*[`'"][^`'"]*[`'"]\s*\)/.exec(text);
  if (found) throw new Error(`The bundle of the binary contains ${found[0]}.`);
}
