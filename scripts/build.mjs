import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'rolldown';
import { bundleOptions } from './bundle.mjs';
import { isFresh, sourceHash, stamp } from './freshness.mjs';
import { thirdPartyLicenses } from './licenses.mjs';
import { tool } from './run.mjs';

// `--if-stale`: only when the sources differ from those that dist was built from.
if (!process.argv.includes('--if-stale') || !isFresh()) {
  const builtFrom = sourceHash();
  // Built beside the old one and moved into place, so that a command that runs meanwhile finds a complete bundle.
  const draft = `dist.new-${process.pid}`;
  try {
    const { output } = await build(bundleOptions(`${draft}/cli`));
    writeFileSync(join(draft, 'THIRD-PARTY-LICENSES'), thirdPartyLicenses(output));

    // The library as ES modules with types; its dependencies stay outside.
    tool('typescript/bin/tsc', '-p', 'tsconfig.build.json', '--outDir', `${draft}/lib`);

    writeFileSync(join(draft, basename(stamp)), builtFrom);
    rmSync('dist', { recursive: true, force: true });
    renameSync(draft, 'dist');
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}
