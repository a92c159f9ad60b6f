import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'postject';
import { build } from 'rolldown';
import { bundleOptions } from './bundle.mjs';
import { thirdPartyLicenses } from './licenses.mjs';
import { run } from './run.mjs';

/**
 * Makes one executable file, build/miso, of the program and the Node that runs this script: a single executable
 * application, which starts without Node on the machine. `--node <file>`: another executable of Node.
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
  // Such an executable contains one file, and can load no other.
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
  // Node compiles the whole file at each start without it.
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
// A changed file no longer matches its signature. macOS runs no unsigned program; this signature names no one.
if (isMac) run('codesign', ['--remove-signature', target]);
await inject(target, 'NODE_SEA_BLOB', readFileSync(blob), {
  sentinelFuse: 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2',
  ...(isMac ? { machoSegmentName: 'NODE_SEA' } : {}),
});
if (isMac) run('codesign', ['--sign', '-', target]);
const made = new Set([bundle, blob, configFile, ...Object.values(config.assets)]);
for (const path of made) rmSync(path);
console.log(target);

/** An `import()` that rolldown left in place would fail when it is reached. */
function refuseImports(text) {
  const found = /\bimport\(\s*[`'"][^`'"]*[`'"]\s*\)/.exec(text);
  if (found) throw new Error(`The bundle of the binary contains ${found[0]}.`);
}
